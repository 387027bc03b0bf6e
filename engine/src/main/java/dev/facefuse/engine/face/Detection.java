package dev.facefuse.engine.face;

import java.util.function.UnaryOperator;

/**
 * A face that the detector has found.
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

    /** The face in the coordinates of another picture: every point mapped. */
    Detection map(UnaryOperator<Point> place) {
        Point corner = place.apply(new Point(box.x(), box.y()));
        Point far = place.apply(new Point(box.x() + box.width(), box.y() + box.height()));
        Box mapped = new Box(corner.x(), corner.y(), far.x() - corner.x(), far.y() - corner.y());
        return new Detection(mapped, score, place.apply(leftEye), place.apply(rightEye));
    }
}
