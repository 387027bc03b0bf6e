package dev.facefuse.bench;

import java.util.Collection;

/** What lies between the least and the most of some figures. */
record Spread(double least, double median, double most) {
    /**
     * Of at least one figure.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Spread of(Collection<Double> figures) {
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
