package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Range;
import org.jspecify.annotations.Nullable;

/**
 * Size, format and quality of the result.
 *
 * @param longestEdge longest edge of the result in pixels, 512, 1024 or 2048; 0 keeps the template's own size
 * @param format the result's format; null takes the template's
 * @param quality of lossy formats, 1 to 100
 */
public record OutputSettings(int longestEdge, @Nullable PictureFormat format, int quality) {
    /** {@link #longestEdge} of a result in the template's own size. */
    public static final int ORIGINAL = 0;

    public static final Range QUALITY = new Range("quality", 1f, 100f);

    public static final OutputSettings DEFAULT = new OutputSettings(ORIGINAL, null, 92);

    public OutputSettings {
        if (longestEdge != ORIGINAL && longestEdge != 512 && longestEdge != 1024 && longestEdge != 2048) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "resolution is " + longestEdge + "; it must be original, 512, 1024 or 2048.");
        }
        QUALITY.check(quality);
    }
}
