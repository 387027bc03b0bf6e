package dev.facefuse.engine;

import dev.facefuse.engine.problem.Warning;
import java.util.List;

/**
 * Describes how a result was made; {@code report.json} is this record.
 *
 * @param facefuse version of this program
 * @param pack name and version of the model pack, {@code mesh 1.0.0}
 * @param device {@code cpu} or {@code cuda:0}
 * @param dtype the networks' element type, {@code float32}
 * @param plan where weights were kept: {@code resident}, {@code staged}, {@code streamed} or {@code host}
 * @param planReason why that plan was chosen: {@code resident needs 0.86 GB, 0.61 GB free: staged}
 * @param degraded whether memory ran out and a slower plan was used
 * @param millis from the first step to the last, milliseconds
 * @param warnings problems that the caller may want to solve
 */
public record Report(
        String facefuse,
        String pack,
        String device,
        String dtype,
        String plan,
        String planReason,
        boolean degraded,
        double millis,
        List<Stage> stages,
        Memory memory,
        Faces faces,
        Similarity similarity,
        Output output,
        List<Warning> warnings) {

    /**
     * One step of the fusion.
     *
     * @param name as {@link dev.facefuse.engine.step.Step#name}
     * @param peakBytes peak since the step began: on a GPU of the allocator, on the host of the process's resident memory
     */
    public record Stage(String name, double millis, long peakBytes) {}

    /**
     * Bytes that the GPU's allocator had allocated; on the host, the process's resident memory.
     *
     * @param reservedBytes bytes that the allocator had reserved at the end, with its cache
     */
    public record Memory(long beforeBytes, long peakBytes, long afterBytes, long reservedBytes) {}

    /** The number of faces in each picture. */
    public record Faces(int template, int user) {}

    /** Cosine similarity of the result's face to the user's and to the template's, −1 … 1. */
    public record Similarity(double user, double template) {}

    /** Size in pixels and {@link dev.facefuse.engine.picture.PictureFormat#extension() format} of the result. */
    public record Output(int width, int height, String format) {}
}
