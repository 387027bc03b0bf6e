package dev.facefuse.engine.retouch;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * The finish, on the face only.
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

    public static final Retouching NONE = new Retouching(0f, 0f, 0f, 0f);

    public Retouching {
        if (!(skinSmooth >= 0f && skinSmooth <= 1f)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "skinSmooth is " + skinSmooth + "; it must be between 0 and 1.");
        }
        requireHalf("brightness", brightness);
        requireHalf("contrast", contrast);
        requireHalf("saturation", saturation);
    }

    /** What the finish takes of the host's memory for each pixel of the face at once, bytes: filters keep float planes. */
    public int bytesAPixel() {
        if (isNone()) {
            return 0;
        }
        return skinSmooth > 0f ? SMOOTHING_BYTES_A_PIXEL : MASK_BYTES_A_PIXEL;
    }

    /** Whether nothing is to be done. */
    public boolean isNone() {
        return skinSmooth == 0f && brightness == 0f && contrast == 0f && saturation == 0f;
    }

    private static void requireHalf(String name, float value) {
        if (!(value >= -0.5f && value <= 0.5f)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, name + " is " + value + "; it must be between -0.5 and 0.5.");
        }
    }
}
