package dev.facefuse.engine;

import java.util.List;

/**
 * A fusion whose picture is thrown away, for what it took.
 *
 * @param stages as in the report, each with what took most
 */
public record Rehearsal(Report report, List<Stage> stages) {

    /**
     * A stage.
     *
     * @param peakBytes as in {@link Report.Stage}
     * @param largest what takes most of the memory that this stage needs, beyond what the process took before:
     *     {@code activations of detector}
     * @param largestBytes how much that is at most, estimated; 0 if nothing is known to take any
     */
    public record Stage(String name, double millis, long peakBytes, String largest, long largestBytes) {}
}
