package dev.facefuse.engine.retouch;

import dev.facefuse.engine.problem.Range;

/**
 * How much of the fused face, and how.
 *
 * @param ratio 0 gives the template back, 1 the fused face
 * @param mode see {@link BlendMode}
 */
public record Blending(float ratio, BlendMode mode) {
    public static final Range RATIO = new Range("blend", 0f, 1f);

    public static final Blending DEFAULT = new Blending(1f, BlendMode.NORMAL);

    public Blending {
        RATIO.check(ratio);
    }
}
