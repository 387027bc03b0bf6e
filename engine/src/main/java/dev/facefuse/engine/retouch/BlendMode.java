package dev.facefuse.engine.retouch;

/**
 * The formula by which the fused face is blended into the template. With T the template's pixel, F the fused one, both 0…1 a channel, and w the
 * weight (mask times the curve of the ratio), every mode gives {@code T + w·(X − T)}; the modes differ in X.
 */
public enum BlendMode {
    /** {@code X = F}. */
    NORMAL,
    /**
     * The template's colour under the fused face's light: {@code X = SetLum(T, Lum(F))}, the luminosity blend of W3C
     * Compositing and Blending Level 1, with Lum = 0.30 R + 0.59 G + 0.11 B.
     */
    BLEND,
    /**
     * More contrast: {@code X = HardLight(F, T)}, the overlay blend of W3C Compositing and Blending Level 1:
     * {@code 2·T·F} where T ≤ ½, else {@code 1 − 2·(1 − T)·(1 − F)}.
     */
    OVERLAY
}
