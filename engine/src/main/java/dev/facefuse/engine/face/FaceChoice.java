package dev.facefuse.engine.face;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * Which face of each picture is meant, and what counts as a face.
 *
 * @param templateFace index from left to right, 0 the first, or {@link #LARGEST}
 * @param userFace the same, in the user's picture
 * @param threshold detection score from which on something is a face, 0.1 to 0.99
 */
public record FaceChoice(int templateFace, int userFace, float threshold) {
    /** Takes the face with the largest box. */
    public static final int LARGEST = -1;

    public static final FaceChoice DEFAULT = new FaceChoice(LARGEST, LARGEST, 0.5f);

    public FaceChoice {
        if (templateFace < LARGEST || userFace < LARGEST) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "A face index starts at 0, counted from left to right.");
        }
        if (!(threshold >= 0.1f && threshold <= 0.99f)) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "threshold is " + threshold + "; it must be between 0.1 and 0.99.");
        }
    }
}
