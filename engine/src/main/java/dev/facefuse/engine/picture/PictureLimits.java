package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ByteFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Locale;

/**
 * Limits of a picture. They are checked when its header has been read, before a pixel is decoded.
 *
 * @param maxBytes encoded size, bytes
 * @param maxPixels declared width times height
 * @param maxEdge declared width or height, pixels
 */
public record PictureLimits(long maxBytes, long maxPixels, int maxEdge) {
    public static final PictureLimits DEFAULT = new PictureLimits(32L << 20, 64_000_000L, 16_384);

    /** For a picture that was within its limits when its header was read. */
    static final PictureLimits UNLIMITED = new PictureLimits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);

    /**
     * Refuses too many bytes.
     *
     * @throws FuseException {@code picture-too-large}
     */
    public void checkBytes(long bytes) {
        if (bytes > maxBytes) {
            throw tooLarge(
                    "The picture has %s; at most %s are taken. Save it smaller.",
                    ByteFormat.mebibytes(bytes), ByteFormat.mebibytes(maxBytes));
        }
    }

    /**
     * Refuses too many pixels, or too many along an edge.
     *
     * @throws FuseException {@code picture-too-large}
     */
    public void checkSize(long width, long height) {
        if (width > maxEdge || height > maxEdge) {
            throw tooLarge(
                    "The picture is %d×%d pixels; at most %d an edge are taken. Scale it down.",
                    width, height, maxEdge);
        }
        if (width * height > maxPixels) {
            throw tooLarge(
                    "The picture is %d×%d, which is %,d pixels; at most %,d are taken. Scale it down.",
                    width, height, width * height, maxPixels);
        }
    }

    private static FuseException tooLarge(String sentence, Object... figures) {
        return new FuseException(ErrorCode.PICTURE_TOO_LARGE, String.format(Locale.ROOT, sentence, figures));
    }
}
