package dev.facefuse.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory, threads and file descriptors of the server at an instant, from {@code /proc}.
 *
 * @param seconds since the load began
 * @param residentBytes of memory
 * @param descriptors open files and sockets
 */
record Vital(double seconds, long residentBytes, int threads, int descriptors) {
    /** Reads the figures of a running process. */
    static Vital of(long pid, double seconds) throws IOException {
        Path folder = Path.of("/proc/" + pid);
        String status = Files.readString(folder.resolve("status"));
        try (Stream<Path> descriptors = Files.list(folder.resolve("fd"))) {
            return new Vital(
                    seconds,
                    number(status, "VmRSS:") << 10,
                    Math.toIntExact(number(status, "Threads:")),
                    Math.toIntExact(descriptors.count()));
        }
    }

    /** The largest resident memory of a process so far ({@code VmHWM}), in bytes. */
    static long peakResidentBytes(long pid) throws IOException {
        return number(Files.readString(Path.of("/proc/" + pid + "/status")), "VmHWM:") << 10;
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip()))
                .findFirst()
                .orElse(0);
    }
}
