package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.picture.CoverCrop;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.storage.OutputFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facefuse bench}: measures fusions on this machine, and tells how many processes fit cards of several sizes. */
@Command(
        name = "bench",
        description =
                "Fuses a phone's selfie and a large portrait, ten times in a row each: memory, time, steadiness, and how"
                        + " many processes fit which card.",
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    private static final int RESOLUTION = 1024;
    private static final int MOST_ROUNDS = 10_000;

    private final CliContext context;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "Fusions in a row of each workload, 1 to 10000 (default: 10).")
    private int rounds = 10;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "2",
            description = "Fusions before them that do not count, 0 to 10000 (default: 2).")
    private int warmUp = 2;

    @Option(names = "--json", description = "As JSON, with memory twenty times a second.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON to a file, besides.")
    private @Nullable Path out;

    @Mixin
    private EngineOptions engineOptions = new EngineOptions();

    BenchCommand(CliContext context) {
        this.context = context;
    }

    /** One of the workloads; width and height are the template's. */
    private record Task(String name, int width, int height, FuseRequest request) {}

    @Override
    public Integer call() {
        between("--rounds", rounds, 1);
        between("--warm-up", warmUp, 0);
        EngineSettings settings = engineOptions.settings();
        Path path = out;
        if (path == null) {
            print(run(settings), settings);
        } else {
            try (OutputFile file = OutputFile.open(path)) {
                Benchmark benchmark = run(settings);
                file.write(json(benchmark, settings));
                print(benchmark, settings);
            }
        }
        return 0;
    }

    private static void between(String option, int value, int least) {
        if (value < least || value > MOST_ROUNDS) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    option + " is " + value + "; it must be between " + least + " and " + MOST_ROUNDS + ".");
        }
    }

    private void print(Benchmark benchmark, EngineSettings settings) {
        context.terminal()
                .out()
                .println(
                        json
                                ? new String(json(benchmark, settings), StandardCharsets.UTF_8).strip()
                                : BenchFormatter.of(benchmark));
    }

    private static byte[] json(Benchmark benchmark, EngineSettings settings) {
        return new FuseJson(settings.limits().maxBytes()).indented(benchmark);
    }

    private Benchmark run(EngineSettings settings) {
        try (Progress progress = new Progress(context.terminal(), "")) {
            progress.say("loading");
            try (FuseEngine engine = context.opener().apply(settings)) {
                String plan = "";
                List<Benchmark.Workload> workloads = new ArrayList<>();
                for (Task task : tasks()) {
                    Measured measured = measure(engine, task, progress);
                    plan = measured.plan();
                    workloads.add(measured.workload());
                }
                return new Benchmark(
                        engine.info(),
                        plan,
                        RESOLUTION,
                        warmUp,
                        workloads,
                        engine.diagnose().cards());
            }
        }
    }

    private static List<Task> tasks() {
        byte[] selfie = CoverCrop.jpeg(Samples.astronaut(), 720, 1280);
        byte[] portrait = CoverCrop.jpeg(Samples.monaLisa(), 2000, 3000);
        return List.of(
                new Task("selfie", 720, 1280, request(selfie, Samples.monaLisa())),
                new Task("portrait", 2000, 3000, request(portrait, selfie)));
    }

    private static FuseRequest request(byte[] template, byte[] user) {
        OutputSettings output = new OutputSettings(RESOLUTION, PictureFormat.JPEG, OutputSettings.DEFAULT.quality());
        return new FuseRequest(
                template, user, new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, output));
    }

    private record Measured(Benchmark.Workload workload, String plan) {}

    private Measured measure(FuseEngine engine, Task task, Progress progress) {
        for (int i = 0; i < warmUp; i++) {
            progress.say(task.name() + ": warming up, " + (i + 1) + " of " + warmUp);
            engine.fuse(task.request());
        }
        List<Benchmark.Round> measured = new ArrayList<>();
        String plan = "";
        try (MemorySampler memory = MemorySampler.start(engine)) {
            for (int i = 0; i < rounds; i++) {
                progress.say(task.name() + ": " + (i + 1) + " of " + rounds);
                Report report = engine.fuse(task.request()).report();
                plan = report.plan();
                measured.add(new Benchmark.Round(
                        report.millis(),
                        report.memory().peakBytes(),
                        report.memory().afterBytes()));
            }
            return new Measured(
                    new Benchmark.Workload(task.name(), task.width(), task.height(), measured, memory.samples()), plan);
        }
    }
}
