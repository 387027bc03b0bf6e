package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Figures of a process from {@code /proc}. They are read from outside, and so are comparable for contenders in any language.
 *
 * @param peakBytes the most physical memory it has had since its start or since {@link #resetPeak} (VmHWM)
 * @param cpuTicks processor time of all of its threads so far, in the kernel's hundredths of a second
 */
record ProcessFigures(long peakBytes, long cpuTicks) {
    /** Milliseconds a tick: USER_HZ is 100 on x86-64 and arm64. */
    static final double TICK_MILLIS = 10;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final String PEAK = "VmHWM:";

    /**
     * The figures of a running process.
     *
     * @throws IOException if it has ended, or there is no {@code /proc}
     */
    static ProcessFigures of(long pid) throws IOException {
        Path folder = Path.of("/proc/" + pid);
        return parse(Files.readString(folder.resolve("status")), Files.readString(folder.resolve("stat")));
    }

    /**
     * From the text of both files.
     *
     * @throws IOException if the process is ending and has no memory any more
     */
    static ProcessFigures parse(String status, String stat) throws IOException {
        String peak = status.lines()
                .filter(line -> line.startsWith(PEAK))
                .findFirst()
                .orElseThrow(() -> new IOException("The process has no memory any more"));
        long kibibytes =
                Long.parseLong(peak.substring(PEAK.length()).replace("kB", "").strip());
        // The command's name comes second, in brackets, and may have brackets and spaces of its own.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcessFigures(
                kibibytes << 10, Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]));
    }

    /**
     * Starts a process's peak again from what it has now.
     *
     * @return whether the kernel did so
     */
    static boolean resetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
