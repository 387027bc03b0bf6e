package dev.facefuse.engine.face;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Range;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The chosen face of each picture, and the score from which on a detection is a face.
 *
 * @param templateFace index from left to right, 0 the first, or {@link #LARGEST}
 * @param userFace the same, in the user's picture
 * @param threshold detection score from which on something is a face, 0.1 to 0.99
 */
public record FaceChoice(int templateFace, int userFace, float threshold) {
    /** Takes the face with the largest box. */
    public static final int LARGEST = -1;

    public static final Range THRESHOLD = new Range("threshold", 0.1f, 0.99f);

    public static final FaceChoice DEFAULT = new FaceChoice(LARGEST, LARGEST, 0.5f);

    public FaceChoice {
        if (templateFace < LARGEST || userFace < LARGEST) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "A face index starts at 0, counted from left to right.");
        }
        THRESHOLD.check(threshold);
    }

    /**
     * The chosen face.
     *
     * @param leftToRight all faces of the picture
     * @param index {@link #templateFace} or {@link #userFace}
     * @param picture what to call the picture in messages, {@code template}
     * @throws FuseException {@code no-face} or {@code face-index}
     */
    public static Detection choose(List<Detection> leftToRight, int index, String picture) {
        int count = leftToRight.size();
        if (count == 0) {
            throw new FuseException(
                    ErrorCode.NO_FACE,
                    "No face was found in the " + picture
                            + " picture; use one that shows a face from the front, larger or better lit, or lower the"
                            + " detection threshold.");
        }
        if (index >= count) {
            throw new FuseException(
                    ErrorCode.FACE_INDEX,
                    "Face " + index + " was asked for, and the " + picture + " picture has "
                            + (count == 1 ? "one face" : count + " faces") + ": choose 0"
                            + (count == 1 ? "" : " to " + (count - 1)) + ", counted from left to right.");
        }
        return index == LARGEST
                ? Collections.max(
                        leftToRight, Comparator.comparingDouble(d -> d.box().area()))
                : leftToRight.get(index);
    }
}
