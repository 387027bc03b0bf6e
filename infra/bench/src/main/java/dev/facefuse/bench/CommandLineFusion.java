package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code facefuse fuse} as a user runs it, in a process of its own.
 *
 * @param pack embedded, or a directory
 * @param threads that an operation is shared among
 */
record CommandLineFusion(BenchOptions options, String pack, int threads) {
    private static final double MILLIS_PER_SECOND = 1000;

    /**
     * Fuses once.
     *
     * @throws IOException if that fails
     */
    FusionReport.CommandLine run(Dtype dtype, byte[] template, byte[] user) throws IOException, InterruptedException {
        WatchedProcess process = WatchedProcess.run(
                command(dtype, template, user),
                Map.of("OMP_NUM_THREADS", Integer.toString(threads)),
                options.logs(),
                "fuse-" + dtype.jsonName());
        return new FusionReport.CommandLine(
                dtype.jsonName(), process.peakBytes(), MILLIS_PER_SECOND * process.seconds(), "");
    }

    private List<String> command(Dtype dtype, byte[] template, byte[] user) throws IOException {
        Path templateFile = Files.write(options.file("template.jpg"), template);
        Path userFile = Files.write(options.file("user.png"), user);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                options.jar().toString(),
                "fuse",
                "--pack",
                pack,
                "--precision",
                dtype.jsonName(),
                "--template",
                templateFile.toString(),
                "--user",
                userFile.toString(),
                "--out",
                options.file("fused-" + dtype.jsonName() + ".jpg").toString());
    }
}
