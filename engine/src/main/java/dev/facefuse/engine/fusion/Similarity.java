package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Point;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;

/**
 * A similarity of the plane without reflection: {@code (a·x − b·y + tx, b·x + a·y + ty)}.
 *
 * @param a cosine of the turn, times the scale
 * @param b sine of the turn, times the scale; positive turns clockwise on a picture
 * @param tx pixels
 * @param ty pixels
 */
record Similarity(double a, double b, double tx, double ty) {
    /**
     * The similarity that maps points closest to others in the least-squares sense (Umeyama 1991; in the plane and without
     * reflection it has a closed form).
     *
     * @param from at least two points
     * @param to as many
     * @throws FuseException {@code no-face} if all points of a set are equal: a face without extent
     */
    static Similarity fit(List<Point> from, List<Point> to) {
        Point fromCentre = centre(from);
        Point toCentre = centre(to);
        double spread = 0;
        double along = 0;
        double across = 0;
        for (int i = 0; i < from.size(); i++) {
            double x = from.get(i).x() - fromCentre.x();
            double y = from.get(i).y() - fromCentre.y();
            double u = to.get(i).x() - toCentre.x();
            double v = to.get(i).y() - toCentre.y();
            spread += x * x + y * y;
            along += x * u + y * v;
            across += x * v - y * u;
        }
        double a = along / spread;
        double b = across / spread;
        double squaredScale = a * a + b * b;
        if (!(squaredScale > 0 && squaredScale < Double.POSITIVE_INFINITY)) {
            throw new FuseException(
                    ErrorCode.NO_FACE, "The face is too small to be aligned; use a picture that shows it larger.");
        }
        return new Similarity(
                a,
                b,
                toCentre.x() - a * fromCentre.x() + b * fromCentre.y(),
                toCentre.y() - b * fromCentre.x() - a * fromCentre.y());
    }

    private static Point centre(List<Point> points) {
        double x = 0;
        double y = 0;
        for (Point point : points) {
            x += point.x();
            y += point.y();
        }
        return new Point(x / points.size(), y / points.size());
    }

    /** The inverse. */
    Similarity inverse() {
        double squaredScale = a * a + b * b;
        return new Similarity(
                a / squaredScale,
                -b / squaredScale,
                -(a * tx + b * ty) / squaredScale,
                (b * tx - a * ty) / squaredScale);
    }

    Point apply(Point point) {
        return new Point(x(point.x(), point.y()), y(point.x(), point.y()));
    }

    /** The smallest upright box around a mapped box. */
    Box bounds(Box box) {
        double width = Math.abs(a) * box.width() + Math.abs(b) * box.height();
        double height = Math.abs(b) * box.width() + Math.abs(a) * box.height();
        Point centre = apply(box.centre());
        return new Box(centre.x() - width / 2, centre.y() - height / 2, width, height);
    }

    double x(double x, double y) {
        return a * x - b * y + tx;
    }

    double y(double x, double y) {
        return b * x + a * y + ty;
    }
}
