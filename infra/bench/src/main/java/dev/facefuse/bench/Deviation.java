package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.util.List;

/** The relative deviation of outputs from a reference. */
final class Deviation {
    private static final double MOST_FLOAT32 = 1e-3;
    private static final double MOST_BFLOAT16 = 2e-2;

    private Deviation() {}

    /**
     * {@code ‖values − expected‖ / ‖expected‖}; infinite if there are not as many, or one is not a number.
     *
     * @param expected not all of them 0
     */
    static double between(List<Double> values, List<Double> expected) {
        if (values.size() != expected.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < values.size(); i++) {
            double d = values.get(i) - expected.get(i);
            difference += d * d;
            norm += expected.get(i) * expected.get(i);
        }
        double deviation = Math.sqrt(difference / norm);
        return Double.isNaN(deviation) ? Double.POSITIVE_INFINITY : deviation;
    }

    /** The largest deviation from the original in float32 that counts as the same network in this dtype. */
    static double most(Dtype dtype) {
        return dtype == Dtype.FLOAT32 ? MOST_FLOAT32 : MOST_BFLOAT16;
    }
}
