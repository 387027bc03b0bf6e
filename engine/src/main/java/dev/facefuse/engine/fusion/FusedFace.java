package dev.facefuse.engine.fusion;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * A fused face, not yet laid over the template: the pixels of a part of the template, and where they count. Owns its memory.
 */
public final class FusedFace implements AutoCloseable {
    private final Rect region;
    private final Mat pixels;
    private final Mat mask;
    private final Mat skin;

    /**
     * Takes over its arguments.
     *
     * @param region of the template, inside it
     * @param pixels 8-bit BGR of the region's size
     * @param mask float32, 0 … 1: how much of {@code pixels} shows
     * @param skin float32, 0 … 1, at most the mask: where it is skin, not eyes, brows, lips or hair
     */
    public FusedFace(Rect region, Mat pixels, Mat mask, Mat skin) {
        this.region = region;
        this.pixels = pixels;
        this.mask = mask;
        this.skin = skin;
    }

    public Rect region() {
        return region;
    }

    public Mat pixels() {
        return pixels;
    }

    public Mat mask() {
        return mask;
    }

    public Mat skin() {
        return skin;
    }

    @Override
    public void close() {
        region.close();
        pixels.close();
        mask.close();
        skin.close();
    }
}
