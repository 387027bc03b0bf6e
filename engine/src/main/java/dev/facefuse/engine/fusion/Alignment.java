package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.FivePoints;
import dev.facefuse.engine.face.Point;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Aligns faces with the square crops of the UNet networks: each crop has five reference points, and a similarity maps a face's own
 * five points there.
 */
final class Alignment {
    /** Edge of the crop that faces are fused in. */
    static final int FUSED_PX = 256;

    /** Edge of the crop that the enhancer works on. */
    static final int ENHANCED_PX = 1024;

    /** ArcFace's five points (Deng et al. 2019) in a crop of 112×112: eyes, nose tip, corners of the mouth. */
    private static final List<Point> ARCFACE = List.of(
            new Point(38.29459953, 51.69630051),
            new Point(73.53179932, 51.50139999),
            new Point(56.02519989, 71.73660278),
            new Point(41.54930115, 92.3655014),
            new Point(70.72990036, 92.20410156));

    private static final double ARCFACE_PX = 112;

    /** Faces are smaller by this factor in {@link #FUSED_PX} than in ArcFace's crop, about its centre, so that the chin is inside. */
    private static final double SHRINK = 0.85;

    /** The margin that {@link #ENHANCED_PX} shows around ArcFace's crop on every side, in its pixels. */
    private static final double MARGIN = 28;

    private Alignment() {}

    /** From a face's picture to its crop of {@link #FUSED_PX}: the inverse of the fit of the reference to the face. */
    static Similarity toFused(FivePoints face) {
        return Similarity.fit(mapped(ARCFACE, Alignment::inFused), points(face)).inverse();
    }

    /** From a face's picture to its crop of {@link #ENHANCED_PX}: the fit of the face, in float32, to the reference. */
    static Similarity toEnhanced(FivePoints face) {
        return Similarity.fit(
                mapped(points(face), p -> new Point((float) p.x(), (float) p.y())),
                mapped(ARCFACE, Alignment::inEnhanced));
    }

    private static Point inFused(Point inArcFace) {
        return new Point(inFused(inArcFace.x()), inFused(inArcFace.y()));
    }

    private static double inFused(double inArcFace) {
        return ((inArcFace - ARCFACE_PX / 2) * SHRINK + ARCFACE_PX / 2) * FUSED_PX / ARCFACE_PX;
    }

    private static Point inEnhanced(Point inArcFace) {
        return new Point(inEnhanced(inArcFace.x()), inEnhanced(inArcFace.y()));
    }

    private static double inEnhanced(double inArcFace) {
        return (inArcFace + MARGIN) * ENHANCED_PX / (ARCFACE_PX + 2 * MARGIN);
    }

    private static List<Point> points(FivePoints face) {
        return List.of(
                face.leftEye(), face.rightEye(), face.noseTip(), face.leftMouthCorner(), face.rightMouthCorner());
    }

    private static List<Point> mapped(List<Point> points, UnaryOperator<Point> map) {
        return points.stream().map(map).toList();
    }
}
