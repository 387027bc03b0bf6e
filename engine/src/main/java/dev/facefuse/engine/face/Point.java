package dev.facefuse.engine.face;

/** A place in a picture: pixels, x right, y down, the centre of the top left pixel at (0, 0). */
public record Point(double x, double y) {
    /** The point halfway to another. */
    public Point middle(Point other) {
        return new Point((x + other.x) / 2, (y + other.y) / 2);
    }

    /** Distance to another point in pixels. */
    public double distance(Point other) {
        return Math.hypot(other.x - x, other.y - y);
    }

    /** Direction to another point in radians, clockwise from the x axis as seen on the picture. */
    public double angleTo(Point other) {
        return Math.atan2(other.y - y, other.x - x);
    }
}
