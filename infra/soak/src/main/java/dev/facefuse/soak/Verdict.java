package dev.facefuse.soak;

import dev.facefuse.bench.HttpReply;
import dev.facefuse.bench.Latencies;
import dev.facefuse.bench.Spread;
import dev.facefuse.soak.Journal.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * The verdict of a run. Growth is measured from the second quarter to the last, because a JVM is still warming up in the first. Runs of less
 * than five minutes are too short to measure growth.
 */
record Verdict(List<Finding> findings) {
    private static final double LEAST_SECONDS = 300;
    private static final double MOST_MEMORY = 1.05;
    private static final double MOST_SLOWER = 1.5;
    private static final int MOST_MORE = 3;
    private static final int SIGTERM_EXIT_CODE = 143;
    private static final double MOST_END_SECONDS = 20;
    private static final double MOST_LIVENESS_MILLIS = 500;
    private static final double MEBIBYTE = 1 << 20;
    private static final double MEGABYTE = 1e6;
    private static final int SHOWN = 3;

    /** Counters of defects, which must be 0. */
    private static final List<String> DEFECTS = List.of(
            "facefuse_drift_total", "facefuse_collector_reclaimed_objects_total", "facefuse_out_of_memory_total");

    static Verdict of(Observed observed) {
        List<Finding> findings = new ArrayList<>();
        findings.add(none("every answer that was owed came, whole and as it should be", observed.faults()));
        findings.add(fusions(observed));
        findings.add(none("the log tells of no error", observed.log()));
        for (String defect : DEFECTS) {
            findings.add(counter(observed, defect));
        }
        findings.add(new Finding(
                "nobody fuses or waits when all have left",
                value(observed, "facefuse_admission_fusing") == 0 && value(observed, "facefuse_admission_waiting") == 0,
                number(value(observed, "facefuse_admission_fusing")) + " fuse, "
                        + number(value(observed, "facefuse_admission_waiting")) + " wait"));
        findings.add(new Finding(
                "SIGTERM in flight: what was begun is answered whole, then the process ends",
                observed.endedWell() && observed.exitCode() == SIGTERM_EXIT_CODE,
                (observed.endedWell() ? "answered" : "not answered") + ", exit code " + observed.exitCode()));
        findings.add(new Finding(
                "the process ends within 20 s of SIGTERM, slow clients or not",
                observed.endSeconds() <= MOST_END_SECONDS,
                String.format(Locale.ROOT, "%.1f s", observed.endSeconds())));
        findings.add(new Finding(
                "memory stays within its limit",
                observed.peakResidentBytes() <= SoakedServer.MEMORY_LIMIT_BYTES,
                String.format(
                        Locale.ROOT,
                        "%.0f MB at most, of %.0f",
                        observed.peakResidentBytes() / MEGABYTE,
                        SoakedServer.MEMORY_LIMIT_BYTES / MEGABYTE)));
        if (observed.seconds() >= LEAST_SECONDS) {
            findings.add(liveness(observed));
            findings.add(memory(observed));
            findings.add(count(observed, "threads", Vital::threads));
            findings.add(count(observed, "file descriptors", Vital::descriptors));
            findings.add(latency(observed));
        }
        return new Verdict(findings);
    }

    boolean holds() {
        return findings.stream().allMatch(Finding::holds);
    }

    private static Finding none(String what, List<String> faults) {
        return new Finding(
                what,
                faults.isEmpty(),
                faults.isEmpty()
                        ? "no fault"
                        : faults.size() + ": " + String.join("; ", faults.subList(0, Math.min(SHOWN, faults.size()))));
    }

    private static Finding fusions(Observed observed) {
        long fused = observed.entries().stream()
                .filter(entry -> entry.status() == HttpReply.OK && entry.actor().equals(Actor.FUSES.label()))
                .count();
        return new Finding("there were fusions", fused > 0, fused + " by the plainest of the actors alone");
    }

    private static Finding counter(Observed observed, String name) {
        double counted = value(observed, name);
        return new Finding(name + " is there, and 0", counted == 0, number(counted));
    }

    /** The sum of all series of a metric; NaN if there is none. */
    private static double value(Observed observed, String name) {
        return observed.metrics().entrySet().stream()
                .filter(metric ->
                        metric.getKey().equals(name) || metric.getKey().startsWith(name + "{"))
                .mapToDouble(metric -> metric.getValue())
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }

    private static Finding liveness(Observed observed) {
        List<Entry> probes = observed.entries().stream()
                .filter(entry -> entry.actor().equals(LivenessProbe.ACTOR))
                .toList();
        Entry slowest =
                probes.stream().max(Comparator.comparingDouble(Entry::millis)).orElse(LivenessProbe.NONE);
        double p99 = Latencies.of(probes.stream().map(Entry::millis).toList()).p99();
        return new Finding(
                "liveness is never slower than 0.5 s",
                slowest.millis() <= MOST_LIVENESS_MILLIS,
                String.format(
                        Locale.ROOT,
                        "%.0f ms at most (after %.0f s), of %d probes; p99 %.0f",
                        slowest.millis(),
                        slowest.seconds(),
                        probes.size(),
                        p99));
    }

    private static Finding memory(Observed observed) {
        ToDoubleFunction<Vital> resident = vital -> vital.residentBytes() / MEBIBYTE;
        double before = median(observed, 1, resident);
        double after = median(observed, 3, resident);
        return new Finding(
                "resident memory is flat",
                after <= MOST_MEMORY * before,
                String.format(
                        Locale.ROOT,
                        "%.0f MiB in the second quarter, %.0f in the last: %.3f times",
                        before,
                        after,
                        after / before));
    }

    private static Finding count(Observed observed, String what, ToIntFunction<Vital> figure) {
        double before = median(observed, 1, figure::applyAsInt);
        double after = median(observed, 3, figure::applyAsInt);
        return new Finding(
                what + " do not grow",
                after <= before + MOST_MORE,
                number(before) + " in the second quarter, " + number(after) + " in the last");
    }

    private static Finding latency(Observed observed) {
        Latencies before = fusions(observed, 1);
        Latencies after = fusions(observed, 3);
        return new Finding(
                "a fusion's 99th percentile is stable",
                after.count() > 0 && after.p99() <= MOST_SLOWER * before.p99(),
                String.format(
                        Locale.ROOT,
                        "%.0f ms in the second quarter (of %d), %.0f in the last (of %d)",
                        before.p99(),
                        before.count(),
                        after.p99(),
                        after.count()));
    }

    private static Latencies fusions(Observed observed, int quarter) {
        return Latencies.of(observed.entries().stream()
                .filter(entry -> entry.status() == HttpReply.OK && entry.actor().equals(Actor.FUSES.label()))
                .filter(entry -> quarter(observed, entry.seconds()) == quarter)
                .map(Entry::millis)
                .toList());
    }

    /** The median of a figure in a quarter of the run, counted from 0; 0 if there is no figure. */
    private static double median(Observed observed, int quarter, ToDoubleFunction<Vital> figure) {
        List<Double> figures = observed.vitals().stream()
                .filter(vital -> quarter(observed, vital.seconds()) == quarter)
                .map(figure::applyAsDouble)
                .toList();
        return figures.isEmpty() ? 0 : Spread.of(figures).median();
    }

    private static int quarter(Observed observed, double seconds) {
        return (int) Math.min(3, 4 * seconds / observed.seconds());
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "not there" : String.format(Locale.ROOT, "%.0f", value);
    }

    /**
     * One condition of the verdict.
     *
     * @param said the finding with its figures
     */
    record Finding(String what, boolean holds, String said) {}
}
