package dev.facefuse.bench;

import java.util.Collection;

/** Times in milliseconds; all are 0 if there is none. */
public record Latencies(int count, double median, double p99, double most) {
    private static final Latencies NONE = new Latencies(0, 0, 0, 0);

    /** Of these; a percentile is the smallest time that so many of a hundred do not exceed. */
    public static Latencies of(Collection<Double> millis) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0
                ? NONE
                : new Latencies(
                        sorted.length, percentile(sorted, 50), percentile(sorted, 99), sorted[sorted.length - 1]);
    }

    private static double percentile(double[] sorted, int percent) {
        return sorted[(int) (((long) sorted.length * percent + 99) / 100) - 1];
    }
}
