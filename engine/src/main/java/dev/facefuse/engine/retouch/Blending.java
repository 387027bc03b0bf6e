package dev.facefuse.engine.retouch;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * How much of the fused face, and how.
 *
 * @param ratio 0 gives the template back, 1 the fused face
 * @param mode see {@link BlendMode}
 */
public record Blending(float ratio, BlendMode mode) {
    public static final Blending DEFAULT = new Blending(1f, BlendMode.NORMAL);

    public Blending {
        if (!(ratio >= 0f && ratio <= 1f)) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "blend is " + ratio + "; it must be between 0 and 1.");
        }
    }
}
