package dev.facefuse.engine.memory;

import java.time.Duration;

/**
 * An exponentially weighted mean: the newest duration counts {@value #NEWEST_WEIGHT}, all before it the rest. Not thread-safe.
 */
final class MeanDuration {
    /** Half of what it says is the last three or so: quick to follow pictures of another size, calm about one odd one. */
    private static final double NEWEST_WEIGHT = 0.25;

    private double nanos;
    private boolean measured;

    /** Says {@code guess} until something is measured. */
    MeanDuration(Duration guess) {
        this.nanos = guess.toNanos();
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
