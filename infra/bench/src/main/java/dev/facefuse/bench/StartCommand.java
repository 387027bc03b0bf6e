package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private Workplace place = new Workplace();

    @Option(names = "--jar", required = true, paramLabel = "JAR", description = "The program: facefuse.jar.")
    private Path jar = Path.of("");

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "9", description = "That count (default: 9).")
    private int rounds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "(default: 2)")
    private int threads;

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        byte[] template = SamplePictures.monaLisa();
        byte[] user = SamplePictures.user();
        CommandLineFusion program = new CommandLineFusion(place, jar, PACK, threads);
        program.run(Dtype.FLOAT32, template, user);
        List<Double> seconds = new ArrayList<>();
        long peak = 0;
        for (int i = 0; i < rounds; i++) {
            FusionReport.CommandLine run = program.run(Dtype.FLOAT32, template, user);
            seconds.add(run.millis() / MILLIS_PER_SECOND);
            peak = Math.max(peak, run.peakBytes());
        }
        StartReport report = new StartReport(when, commit, Machine.here(), rounds, Spread.of(seconds), peak);
        new Figures(place, "start").write(report);
        System.out.println(report.markdown());
        return 0;
    }
}
