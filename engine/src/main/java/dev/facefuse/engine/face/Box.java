package dev.facefuse.engine.face;

/** An upright rectangle in a picture: pixels, x right, y down; may reach over the picture's edge. */
public record Box(double x, double y, double width, double height) {
    public Point centre() {
        return new Point(x + width / 2, y + height / 2);
    }

    /** Whether a place lies inside or on the edge. */
    public boolean contains(double px, double py) {
        return px >= x && py >= y && px <= x + width && py <= y + height;
    }

    /** The smallest box around this and another one. */
    public Box around(Box other) {
        double left = Math.min(x, other.x);
        double top = Math.min(y, other.y);
        double right = Math.max(x + width, other.x + other.width);
        double bottom = Math.max(y + height, other.y + other.height);
        return new Box(left, top, right - left, bottom - top);
    }

    /** The shorter edge. */
    public double shorterEdge() {
        return Math.min(width, height);
    }

    /** Square pixels. */
    public double area() {
        return width * height;
    }

    /** Intersection over union with another box, 0 … 1. */
    public double overlap(Box other) {
        double common = intersection(other);
        return common == 0 ? 0 : common / (area() + other.area() - common);
    }

    /** Intersection over the smaller of both boxes, 0 … 1: 1 where one lies in the other. */
    public double containment(Box other) {
        double common = intersection(other);
        return common == 0 ? 0 : common / Math.min(area(), other.area());
    }

    private double intersection(Box other) {
        double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        return w <= 0 || h <= 0 ? 0 : w * h;
    }
}
