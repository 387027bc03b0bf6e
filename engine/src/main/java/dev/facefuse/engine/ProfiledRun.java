package dev.facefuse.engine;

import java.util.List;

/**
 * A fusion that was run for its figures; its picture is discarded.
 *
 * @param stages the report's stages, each with the largest item of its memory
 */
public record ProfiledRun(Report report, List<Stage> stages) {

    /**
     * A step.
     *
     * @param peakBytes as in {@link Report.Stage}
     * @param largest the largest item of the memory that this step needs, beyond what the process took before the fusion:
     *     {@code activations of detector}
     * @param largestBytes an upper bound of its size, estimated; 0 if nothing is known to take memory
     */
    public record Stage(String name, double millis, long peakBytes, String largest, long largestBytes) {}
}
