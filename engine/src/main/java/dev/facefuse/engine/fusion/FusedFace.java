package dev.facefuse.engine.fusion;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.jspecify.annotations.Nullable;

/**
 * A fused face before it is blended into the template: pixels, mask and skin for a region of the template. Owns its memory.
 *
 * <p>A face that was fused at another scale is computed at the template's scale on demand: in strips of about a megapixel, or whole,
 * which takes 11 bytes a pixel.
 */
public final class FusedFace implements AutoCloseable {
    private static final int STRIP_PX = 1 << 20;

    private final Rect region;
    private final @Nullable FacePixels source;
    private @Nullable Mat pixels;
    private @Nullable Mat mask;
    private @Nullable Mat skin;

    /**
     * Takes over its arguments.
     *
     * @param region of the template, inside it
     * @param pixels 8-bit BGR of the region's size
     * @param mask float32, 0 … 1: opacity of {@code pixels}
     * @param skin float32, 0 … 1, at most the mask: skin, without eyes, brows, lips and hair
     */
    public FusedFace(Rect region, Mat pixels, Mat mask, Mat skin) {
        this.region = region;
        this.source = null;
        this.pixels = pixels;
        this.mask = mask;
        this.skin = skin;
    }

    /** Takes over its arguments. */
    FusedFace(Rect region, FacePixels source) {
        this.region = region;
        this.source = source;
    }

    /** Uses a strip of a face; the arguments are closed afterwards. */
    @FunctionalInterface
    public interface Strip {
        /**
         * Uses a strip.
         *
         * @param place in the template
         */
        void use(Rect place, Mat pixels, Mat mask);
    }

    /** Passes the whole face on in strips, from the top down. The strip may change the template within its place, but not below it. */
    public void eachStrip(Strip strip) {
        int rows = source == null ? region.height() : Math.max(1, STRIP_PX / region.width());
        for (int top = 0; top < region.height(); top += rows) {
            int height = Math.min(rows, region.height() - top);
            try (Rect place = new Rect(region.x(), region.y() + top, region.width(), height);
                    Mat stripPixels = source == null ? new Mat(pixels()) : source.pixels(place);
                    Mat stripMask = source == null ? new Mat(mask()) : source.mask(place)) {
                strip.use(place, stripPixels, stripMask);
            }
        }
    }

    public Rect region() {
        return region;
    }

    /** All pixels. Call this before the template is changed. */
    public Mat pixels() {
        if (pixels == null) {
            pixels = whole().pixels(region);
        }
        return pixels;
    }

    public Mat mask() {
        if (mask == null) {
            mask = whole().mask(region);
        }
        return mask;
    }

    public Mat skin() {
        if (skin == null) {
            skin = whole().skin(region);
        }
        return skin;
    }

    private FacePixels whole() {
        if (source == null) {
            throw new IllegalStateException("A face has pixels or a source of pixels");
        }
        return source;
    }

    @Override
    public void close() {
        region.close();
        for (Mat mat : new @Nullable Mat[] {pixels, mask, skin}) {
            if (mat != null) {
                mat.close();
            }
        }
        if (source != null) {
            source.close();
        }
    }
}
