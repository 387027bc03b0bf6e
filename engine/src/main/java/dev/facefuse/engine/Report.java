package dev.facefuse.engine;

import dev.facefuse.engine.problem.Warning;
import java.util.List;

/**
 * How a result came about; {@code report.json} is this record.
 *
 * @param facefuse version of this program
 * @param pack name and version of the model pack, {@code mesh 1.0.0}
 * @param device {@code cpu} or {@code cuda:0}
 * @param dtype the networks' element type, {@code float32}
 * @param plan how weights were held: {@code resident}, {@code staged}, {@code streamed} or {@code host}
 * @param planReason why that plan: {@code resident needs 0.86 GB, 0.61 GB free: staged}
 * @param degraded whether memory ran short and a slower plan took over
 * @param millis decode to encode, milliseconds
 * @param warnings what the caller may want to change
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
     * One step of the way.
     *
     * @param peakBytes on a GPU the allocator's peak, on the host the process's peak resident memory since the stage began
     */
    public record Stage(String name, double millis, long peakBytes) {}

    /**
     * Bytes that the allocator had handed out of a GPU's memory; on the host, resident memory of the process.
     *
     * @param reservedBytes what the allocator held at the end, its cache included
     */
    public record Memory(long beforeBytes, long peakBytes, long afterBytes, long reservedBytes) {}

    /** Faces found in each picture. */
    public record Faces(int template, int user) {}

    /** Cosine similarity of the result's face to the user's and to the template's, −1 … 1. */
    public record Similarity(double user, double template) {}

    /** Size in pixels and {@link dev.facefuse.engine.picture.PictureFormat#extension() format} of the result. */
    public record Output(int width, int height, String format) {}
}
