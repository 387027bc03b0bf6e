package dev.facefuse.engine.retouch;

import dev.facefuse.engine.problem.Range;

/**
 * Strength and mode with which the fused face is blended into the template.
 *
 * @param ratio 0 for the template, 1 for the fused face
 * @param mode see {@link BlendMode}
 */
public record Blending(float ratio, BlendMode mode) {
    public static final Range RATIO = new Range("blend", 0f, 1f);

    public static final Blending DEFAULT = new Blending(1f, BlendMode.NORMAL);

    public Blending {
        RATIO.check(ratio);
    }
}
