package dev.facefuse.engine.retouch;

import dev.facefuse.engine.problem.Range;

/**
 * Retouching of the face.
 *
 * @param skinSmooth edge-preserving smoothing of the skin, 0 none … 1 strong
 * @param brightness −0.5 … 0.5, 0 leaves as is
 * @param contrast −0.5 … 0.5, 0 leaves as is
 * @param saturation −0.5 … 0.5, 0 leaves as is
 */
public record Retouching(float skinSmooth, float brightness, float contrast, float saturation) {
    /** A mask in float32. */
    private static final int MASK_BYTES_A_PIXEL = 4;
    /** Mask, skin and some forty float planes of {@link SkinSmoothing}. */
    private static final int SMOOTHING_BYTES_A_PIXEL = 168;

    public static final Range SKIN_SMOOTH = new Range("skinSmooth", 0f, 1f);
    public static final Range BRIGHTNESS = new Range("brightness", -0.5f, 0.5f);
    public static final Range CONTRAST = new Range("contrast", -0.5f, 0.5f);
    public static final Range SATURATION = new Range("saturation", -0.5f, 0.5f);

    public static final Retouching NONE = new Retouching(0f, 0f, 0f, 0f);

    public Retouching {
        SKIN_SMOOTH.check(skinSmooth);
        BRIGHTNESS.check(brightness);
        CONTRAST.check(contrast);
        SATURATION.check(saturation);
    }

    /** Bytes of host memory that retouching takes for each pixel of the face: filters keep float planes. */
    public int bytesAPixel() {
        if (isNone()) {
            return 0;
        }
        return skinSmooth > 0f ? SMOOTHING_BYTES_A_PIXEL : MASK_BYTES_A_PIXEL;
    }

    /** Whether there is nothing to do. */
    public boolean isNone() {
        return skinSmooth == 0f && brightness == 0f && contrast == 0f && saturation == 0f;
    }
}
