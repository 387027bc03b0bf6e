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
 * A process from its start to its end, and the memory it had meanwhile.
 *
 * @param output what it wrote to standard output
 * @param memory twenty times a second
 */
record WatchedProcess(String output, List<Sample> memory, long cpuTicks) {
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
        long start = System.nanoTime();
        Process process = builder.start();
        try {
            while (!process.waitFor(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    ticks = ProcessFigures.of(process.pid()).cpuTicks();
                    long bytes = resident(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
                    memory.add(new Sample((System.nanoTime() - start) / NANOS_PER_SECOND, bytes));
                } catch (IOException e) {
                    // It has just ended.
                }
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(name + " ended with " + process.exitValue() + ": "
                    + Contestant.lastWords(Files.readString(log, StandardCharsets.UTF_8)));
        }
        return new WatchedProcess(Files.readString(output, StandardCharsets.UTF_8), memory, ticks);
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

    /** At most so many samples: of each span of time the one with the most memory. */
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
