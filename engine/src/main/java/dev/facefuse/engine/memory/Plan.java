package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import java.util.Locale;

/** The weights that are on the device at the same time. Fewer weights need less memory and more copying. Ordered, the fastest first. */
public enum Plan {
    /** All weights, also between requests. */
    RESIDENT,
    /** The weights of one network, while it runs. */
    STAGED,
    /** The weights of one part of a network, while it runs. */
    STREAMED,
    /** None: the CPU runs the networks. */
    HOST;

    /** The next plan that needs less memory; {@link #HOST} for itself. */
    Plan slower() {
        return switch (this) {
            case RESIDENT -> STAGED;
            case STAGED -> STREAMED;
            case STREAMED, HOST -> HOST;
        };
    }

    /** The next plan that needs more memory; {@link #RESIDENT} for itself. */
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

    static Plan slowerOf(Plan one, Plan other) {
        return one.isSlowerThan(other) ? one : other;
    }

    /**
     * The plan with this {@link #label()}; {@code auto} allows all plans and returns the fastest.
     *
     * @throws FuseException {@code bad-request} for anything else; the message lists the allowed values
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

    /** The name in reports and settings: {@code staged}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
