package dev.facefuse.soak;

import java.util.List;
import java.util.Map;

/**
 * All that is known after a run.
 *
 * @param seconds that the load lasted
 * @param entries in any order
 * @param faults what an actor saw that must not be, a sentence each
 * @param vitals in their order
 * @param metrics the server's last, by name and labels as Prometheus has them
 * @param peakResidentBytes the server's largest resident memory
 * @param log lines of the server's that tell of an error
 * @param endedWell whether the fusions that ran when the server was told to end were answered whole
 * @param exitCode of the server, told to end by SIGTERM
 * @param endSeconds from SIGTERM to the end of the process
 */
record Observed(
        double seconds,
        List<Entry> entries,
        List<String> faults,
        List<Vital> vitals,
        Map<String, Double> metrics,
        long peakResidentBytes,
        List<String> log,
        boolean endedWell,
        int exitCode,
        double endSeconds) {}
