package dev.facefuse.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that has ended, with its memory and processor time.
 *
 * @param output its standard output
 * @param seconds from its start to its end
 * @param memory its resident memory, twenty times a second
 * @param peakBytes its largest resident memory, except for growth in its last twentieth of a second
 */
record WatchedProcess(String output, double seconds, List<Sample> memory, long peakBytes, long cpuTicks) {
    private static final int PERIOD_MILLIS = 50;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String RESIDENT = "VmRSS:";

    /**
     * Resident memory at an instant.
     *
     * @param seconds since the process was started
     */
    record Sample(double seconds, long bytes) {}

    /**
     * Runs it to its end.
     *
     * @param files where {@code NAME.out} and {@code NAME.log} go, its standard output and error
     * @throws IOException if it ends with another code than 0; the message has its last words
     */
    static WatchedProcess run(List<String> command, Map<String, String> environment, Path files, String name)
            throws IOException, InterruptedException {
        Files.createDirectories(files);
        Path output = files.resolve(name + ".out");
        Path log = files.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(log.toFile());
        builder.environment().putAll(environment);
        List<Sample> memory = new ArrayList<>();
        long ticks = 0;
        long peak = 0;
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            while (!process.waitFor(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    ProcessFigures figures = ProcessFigures.of(process.pid());
                    ticks = figures.cpuTicks();
                    peak = figures.peakBytes();
                    long bytes = resident(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
                    memory.add(new Sample((System.nanoTime() - start) / NANOS_PER_SECOND, bytes));
                } catch (IOException e) {
                    // It has just ended.
                }
            }
        } finally {
            process.destroyForcibly();
        }
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        if (process.exitValue() != 0) {
            throw new IOException(name + " ended with " + process.exitValue() + ": "
                    + ContenderProcess.lastWords(Files.readString(log, StandardCharsets.UTF_8)));
        }
        return new WatchedProcess(Files.readString(output, StandardCharsets.UTF_8), seconds, memory, peak, ticks);
    }

    /** From the text of {@code /proc/PID/status}; 0 for a process that is ending. */
    static long resident(String status) {
        return status.lines()
                .filter(line -> line.startsWith(RESIDENT))
                .map(line -> line.substring(RESIDENT.length()).replace("kB", "").strip())
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) << 10)
                .findFirst()
                .orElse(0);
    }

    /** Reduces the samples to at most so many: the one with the most memory from each span of time. */
    static List<Sample> thinned(List<Sample> samples, int most) {
        int span = Math.max(1, (samples.size() + most - 1) / most);
        List<Sample> kept = new ArrayList<>();
        for (int from = 0; from < samples.size(); from += span) {
            kept.add(samples.subList(from, Math.min(samples.size(), from + span)).stream()
                    .max((one, other) -> Long.compare(one.bytes(), other.bytes()))
                    .orElseThrow());
        }
        return kept;
    }
}
