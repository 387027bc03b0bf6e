package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code facefuse fuse} as a user runs it, in a process of its own.
 *
 * @param jar the program
 * @param pack embedded, or a directory
 * @param threads that an operation is shared among
 */
record CommandLineFusion(Workplace place, Path jar, String pack, int threads) {
    private static final int POLL_MILLIS = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Fuses once.
     *
     * @throws IOException if that fails
     */
    FusionReport.CommandLine run(Dtype dtype, byte[] template, byte[] user) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(dtype, template, user)).inheritIO();
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        long start = System.nanoTime();
        Process process = builder.start();
        long peak = 0;
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, peakBytes(process));
        }
        if (process.exitValue() != 0) {
            throw new IOException("facefuse fuse ended with " + process.exitValue());
        }
        double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
        return new FusionReport.CommandLine(dtype.jsonName(), peak, millis, "");
    }

    private List<String> command(Dtype dtype, byte[] template, byte[] user) throws IOException {
        Path templateFile = Files.write(place.file("template.jpg"), template);
        Path userFile = Files.write(place.file("user.png"), user);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                jar.toString(),
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
                place.file("fused-" + dtype.jsonName() + ".jpg").toString());
    }

    /** The kernel keeps the peak itself: what is missed is what grows in the last hundredth of a second. */
    private static long peakBytes(Process process) {
        try {
            return ProcessFigures.of(process.pid()).peakBytes();
        } catch (IOException e) {
            return 0; // It has just ended.
        }
    }
}
