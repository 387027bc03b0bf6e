package dev.facefuse.engine.face;

/**
 * What the detector says of one face.
 *
 * @param score 0 … 1
 * @param leftEye the eye on the picture's left side
 * @param rightEye the eye on the picture's right side, for an upright face
 */
public record Detection(Box box, double score, Point leftEye, Point rightEye) {
    /** The head's roll in radians: 0 when the eyes are level. */
    public double roll() {
        return leftEye.angleTo(rightEye);
    }
}
