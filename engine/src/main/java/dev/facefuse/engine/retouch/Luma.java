package dev.facefuse.engine.retouch;

/** Lightness of a BGR colour on the scale of its channels, and colours brought back into it. */
final class Luma {
    private static final float MAX = 255f;

    private Luma() {}

    /** Lum of W3C Compositing and Blending Level 1. */
    static float w3c(float blue, float green, float red) {
        return 0.30f * red + 0.59f * green + 0.11f * blue;
    }

    /** Y' of ITU-R BT.601. */
    static float bt601(float blue, float green, float red) {
        return 0.299f * red + 0.587f * green + 0.114f * blue;
    }

    /** ClipColor of W3C: takes as much colour away as 0…255 asks for; the lightness and the hue stay. */
    static void clip(float[] bgr, float lightness) {
        float least = Math.min(bgr[0], Math.min(bgr[1], bgr[2]));
        float most = Math.max(bgr[0], Math.max(bgr[1], bgr[2]));
        float share = 1f;
        if (least < 0f && least < lightness) {
            share = lightness / (lightness - least);
        }
        if (most > MAX && most > lightness) {
            share = Math.min(share, (MAX - lightness) / (most - lightness));
        }
        if (share < 1f) {
            for (int channel = 0; channel < 3; channel++) {
                bgr[channel] = lightness + share * (bgr[channel] - lightness);
            }
        }
    }
}
