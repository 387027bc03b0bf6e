package dev.facefuse.bench;

import java.util.Collection;

/** The least, the median and the largest of some figures. */
public record Spread(double least, double median, double most) {
    /**
     * The spread of at least one figure.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Spread of(Collection<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("No figures");
        }
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
