package dev.facefuse.engine.face;

/**
 * The 468 points of a face: x, y in picture pixels, z in the same unit, negative towards the camera. Immutable. The numbering
 * is MediaPipe's; indices used by name are constants here.
 */
public final class Mesh {
    public static final int POINTS = 468;

    private static final int LEFT_EYE_OUTER = 33;
    private static final int LEFT_EYE_INNER = 133;
    private static final int RIGHT_EYE_INNER = 362;
    private static final int RIGHT_EYE_OUTER = 263;
    private static final int NOSE_TIP = 1;
    private static final int LEFT_MOUTH_CORNER = 61;
    private static final int RIGHT_MOUTH_CORNER = 291;

    private final float[] xyz;

    private Mesh(float[] xyz) {
        this.xyz = xyz;
    }

    /**
     * A mesh of a copy of the values.
     *
     * @param xyz 468 × (x, y, z)
     */
    public static Mesh of(float[] xyz) {
        if (xyz.length != POINTS * 3) {
            throw new IllegalArgumentException("A mesh has 468 × 3 values, not " + xyz.length + ".");
        }
        return new Mesh(xyz.clone());
    }

    public double x(int index) {
        return xyz[3 * index];
    }

    public double y(int index) {
        return xyz[3 * index + 1];
    }

    public double z(int index) {
        return xyz[3 * index + 2];
    }

    public Point point(int index) {
        return new Point(x(index), y(index));
    }

    /** A copy of the values, 468 × (x, y, z). */
    public float[] toArray() {
        return xyz.clone();
    }

    /** Between the corners of the eye on the picture's left. */
    public Point leftEye() {
        return point(LEFT_EYE_OUTER).middle(point(LEFT_EYE_INNER));
    }

    /** Between the corners of the eye on the picture's right. */
    public Point rightEye() {
        return point(RIGHT_EYE_INNER).middle(point(RIGHT_EYE_OUTER));
    }

    /** Distance between the eyes' centres in pixels: the measure of everything about a face. */
    public double eyeDistance() {
        return leftEye().distance(rightEye());
    }

    /** The head's roll in radians: 0 when the eyes are level. */
    public double roll() {
        return leftEye().angleTo(rightEye());
    }

    public FivePoints fivePoints() {
        return new FivePoints(
                leftEye(), rightEye(), point(NOSE_TIP), point(LEFT_MOUTH_CORNER), point(RIGHT_MOUTH_CORNER));
    }

    /** The upright rectangle around all points. */
    public Box bounds() {
        return boundsAlong(0);
    }

    /**
     * The smallest square with a given roll around all points: the crop that face networks look at.
     *
     * @param roll radians
     */
    public RotatedSquare squareAround(double roll) {
        Box box = boundsAlong(roll);
        Point centre = box.centre();
        double cos = Math.cos(roll);
        double sin = Math.sin(roll);
        Point middle = new Point(centre.x() * cos - centre.y() * sin, centre.x() * sin + centre.y() * cos);
        return new RotatedSquare(middle, Math.max(box.width(), box.height()), roll);
    }

    /** Mean distance of corresponding points, x and y only, in pixels. */
    public double meanDistance(Mesh other) {
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            sum += point(i).distance(other.point(i));
        }
        return sum / POINTS;
    }

    private Box boundsAlong(double roll) {
        double cos = Math.cos(roll);
        double sin = Math.sin(roll);
        double minX = Double.POSITIVE_INFINITY;
        double minY = Double.POSITIVE_INFINITY;
        double maxX = Double.NEGATIVE_INFINITY;
        double maxY = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < POINTS; i++) {
            double u = x(i) * cos + y(i) * sin;
            double v = -x(i) * sin + y(i) * cos;
            minX = Math.min(minX, u);
            maxX = Math.max(maxX, u);
            minY = Math.min(minY, v);
            maxY = Math.max(maxY, v);
        }
        return new Box(minX, minY, maxX - minX, maxY - minY);
    }
}
