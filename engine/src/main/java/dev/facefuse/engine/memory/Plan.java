package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import java.util.Locale;

/** How networks' weights are held on a device: the fewer at a time, the less memory and the more copying. Fastest first. */
public enum Plan {
    /** All weights stay on the device, between requests too. */
    RESIDENT,
    /** One network's weights at a time, there while it runs. */
    STAGED,
    /** One part of a network at a time. */
    STREAMED,
    /** None: the CPU runs the networks. */
    HOST;

    /** The next plan with less memory; {@link #HOST} has none below it and is its own. */
    Plan slower() {
        return switch (this) {
            case RESIDENT -> STAGED;
            case STAGED -> STREAMED;
            case STREAMED, HOST -> HOST;
        };
    }

    /** The next plan with more memory; {@link #RESIDENT} has none above it and is its own. */
    Plan faster() {
        return switch (this) {
            case HOST -> STREAMED;
            case STREAMED -> STAGED;
            case STAGED, RESIDENT -> RESIDENT;
        };
    }

    boolean isSlowerThan(Plan other) {
        return compareTo(other) > 0;
    }

    /** The slower of two. */
    static Plan slower(Plan one, Plan other) {
        return one.isSlowerThan(other) ? one : other;
    }

    /**
     * The plan of this {@link #label()}; {@code auto} is the fastest.
     *
     * @throws FuseException {@code bad-request} with the names there are
     */
    public static Plan parse(String label) {
        if (label.equals("auto")) {
            return RESIDENT;
        }
        return Arrays.stream(values())
                .filter(plan -> plan.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "memory.plan is '" + label + "'; it must be auto, resident, staged, streamed or host."));
    }

    /** As reports and settings spell it: {@code staged}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
