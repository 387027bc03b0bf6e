package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The load of the machine by other processes during a measurement.
 *
 * @param othersShare of all processors' time that processes other than contestants used, 0 … 1
 * @param stolenShare of it that the hypervisor gave to other machines, 0 … 1
 */
record MachineLoad(double othersShare, double stolenShare) {
    static final MachineLoad UNKNOWN = new MachineLoad(0, 0);

    /** From this share on the figures are not reliable. */
    static final double MOST = 0.05;

    boolean isQuiet() {
        return othersShare < MOST && stolenShare < MOST;
    }

    /**
     * Ticks of all processors since the machine started.
     *
     * @param busy doing something, for anybody
     * @param total busy, idle and stolen
     */
    record Ticks(long busy, long stolen, long total) {
        private static final int IDLE = 3;
        private static final int WAITING = 4;
        private static final int STOLEN = 7;

        static Ticks now() throws IOException {
            return parse(Files.readString(Path.of("/proc/stat")));
        }

        /** From the text of {@code /proc/stat}. */
        static Ticks parse(String stat) {
            String[] fields = stat.lines()
                    .findFirst()
                    .orElse("")
                    .replaceFirst("cpu +", "")
                    .split(" ", -1);
            long total = 0;
            for (int i = 0; i <= STOLEN; i++) { // Guests' ticks, which follow, are among the users'.
                total += Long.parseLong(fields[i]);
            }
            long stolen = Long.parseLong(fields[STOLEN]);
            long idle = Long.parseLong(fields[IDLE]) + Long.parseLong(fields[WAITING]);
            return new Ticks(total - idle - stolen, stolen, total);
        }

        /**
         * The load between these ticks and later ones.
         *
         * @param contestants ticks of the measured processes
         */
        MachineLoad until(Ticks later, long contestants) {
            double all = Math.max(1, later.total - total);
            double others = Math.max(0, later.busy - busy - contestants);
            return new MachineLoad(others / all, (later.stolen - stolen) / all);
        }
    }
}
