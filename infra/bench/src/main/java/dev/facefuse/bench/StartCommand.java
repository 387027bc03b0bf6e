package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench start}: what a user waits for who calls {@code facefuse fuse}. */
@Command(
        name = "start",
        description = "The program by command line with the embedded pack: from its start to its end.",
        sortOptions = false)
final class StartCommand implements Callable<Integer> {
    private static final String PACK = "mesh";
    private static final double MILLIS_PER_SECOND = 1000;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "That count (default: 9).")
    private int rounds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "(default: 2)")
    private int threads;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Origin origin = options.origin();
        byte[] template = SamplePictures.monaLisa();
        byte[] user = SamplePictures.user();
        CommandLineFusion program = new CommandLineFusion(options, PACK, threads);
        program.run(Dtype.FLOAT32, template, user);
        List<Double> seconds = new ArrayList<>();
        long peak = 0;
        for (int i = 0; i < rounds; i++) {
            FusionReport.CommandLine run = program.run(Dtype.FLOAT32, template, user);
            seconds.add(run.millis() / MILLIS_PER_SECOND);
            peak = Math.max(peak, run.peakBytes());
        }
        StartReport report = new StartReport(origin, rounds, Spread.of(seconds), peak);
        options.publish("start", report);
        return 0;
    }
}
