package dev.facefuse.engine.execution;

import java.time.Duration;

/** An exponentially weighted mean of durations; the newest one has the weight {@value #NEWEST_WEIGHT}. Not thread-safe. */
final class MeanDuration {
    /** The last three durations make up about half of the mean, so it follows a change of picture sizes but not one outlier. */
    private static final double NEWEST_WEIGHT = 0.25;

    private double nanos;
    private boolean measured;

    /** A mean that is {@code estimate} until a duration is added. */
    MeanDuration(Duration estimate) {
        this.nanos = estimate.toNanos();
    }

    void add(long measuredNanos) {
        nanos = measured ? nanos + NEWEST_WEIGHT * (measuredNanos - nanos) : measuredNanos;
        measured = true;
    }

    /** The mean, times a factor. */
    Duration times(double factor) {
        return Duration.ofNanos(Math.round(nanos * factor));
    }
}
