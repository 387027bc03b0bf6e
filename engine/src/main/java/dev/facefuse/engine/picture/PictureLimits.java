package dev.facefuse.engine.picture;

/**
 * What a picture may be at most; checked from its header, before a pixel is decoded.
 *
 * @param maxBytes encoded size, bytes
 * @param maxPixels declared width times height
 * @param maxEdge declared width or height, pixels
 */
public record PictureLimits(long maxBytes, long maxPixels, int maxEdge) {
    public static final PictureLimits DEFAULT = new PictureLimits(32L << 20, 64_000_000L, 16_384);
}
