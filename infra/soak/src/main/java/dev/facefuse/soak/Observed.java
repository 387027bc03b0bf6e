package dev.facefuse.soak;

import dev.facefuse.soak.Journal.Entry;
import java.util.List;
import java.util.Map;

/**
 * The observations of a run.
 *
 * @param seconds that the load lasted
 * @param entries in any order
 * @param faults a sentence for each wrong or missing response
 * @param vitals in their order
 * @param metrics the server's last, by name and labels as Prometheus has them
 * @param peakResidentBytes the server's largest resident memory
 * @param log lines of the server's log with an error
 * @param endedWell whether the request in flight at SIGTERM had a complete response
 * @param exitCode of the server after SIGTERM
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
