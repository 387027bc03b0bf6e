package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_CLOSE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ELLIPSE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_ERODE;
import static org.bytedeco.opencv.global.opencv_imgproc.getStructuringElement;
import static org.bytedeco.opencv.global.opencv_imgproc.morphologyEx;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Finds hair, veils and hats in front of a face: pixels above the brows or at the sides whose colour differs from the cheeks. */
final class HairDetector {
    /** Holes in the skin up to this radius are moles, wrinkles and highlights; in eye distances. */
    private static final double HOLE_RADIUS = 0.03;

    /** How far skin stays away from hair, so that no strand's shadow is left; in eye distances. */
    private static final double MARGIN = 0.05;

    /** Width of the transition from skin to hair, in eye distances. */
    private static final double SOFTNESS = 0.05;

    private static final double LEAST_SOFTNESS_PX = 0.8;

    /** The blurred edge is hair up to this value and skin from {@link #SKIN_SHARE} on. */
    private static final double HAIR_SHARE = 0.5;

    private static final double SKIN_SHARE = 0.95;

    private final List<double[]> vertexZones;

    HairDetector(FaceTopology topology) {
        // From the canonical face, centimetres: the brows end at y = 5.1, the eyes at |x| = 4.4, the face at |x| = 7.7.
        this.vertexZones = List.of(
                vertexValues(topology, (x, y) -> Smoothstep.between(4.2, 5.2, y)),
                vertexValues(
                        topology, (x, y) -> Smoothstep.between(5.6, 6.6, Math.abs(x)) * Smoothstep.between(-7, -4, y)));
    }

    /** Per vertex, 0 … 1: the forehead, the sides. */
    List<double[]> vertexZones() {
        return vertexZones;
    }

    /**
     * The zone in which hair is searched for, 0 … 1.
     *
     * @param drawn the {@link #vertexZones} on the canvas
     * @param features excluded: brows are hair but stay, and the colours of eyes and lips differ from the cheeks too
     */
    FloatImage zone(List<FloatImage> drawn, FloatImage features) {
        return drawn.get(0).without(features).larger(drawn.get(1));
    }

    /** 1 on skin and outside of the zone, 0 on hair. */
    FloatImage skin(FloatImage lab, Mesh mesh, FloatImage zone) {
        SkinModel model = new SkinModel(lab, mesh);
        FloatImage skin = new FloatImage(lab.width(), lab.height(), 1);
        for (int i = 0; i < skin.pixels(); i++) {
            double likelihood = model.likelihood(lab.data()[3 * i], lab.data()[3 * i + 1], lab.data()[3 * i + 2]);
            skin.data()[i] = (float) (1 - zone.data()[i] * (1 - likelihood));
        }
        return morphology(skin, MORPH_CLOSE, HOLE_RADIUS * mesh.eyeDistance());
    }

    /** Softly 1 well inside the skin, 0 before the hair begins. */
    FloatImage wellInside(FloatImage skin, double eyeDistance) {
        return morphology(skin, MORPH_ERODE, MARGIN * eyeDistance)
                .blurred(Math.max(LEAST_SOFTNESS_PX, SOFTNESS * eyeDistance))
                .step(HAIR_SHARE, SKIN_SHARE);
    }

    private static FloatImage morphology(FloatImage image, int operation, double radius) {
        int size = 2 * (int) Math.max(1, Math.round(radius)) + 1;
        try (Mat mat = image.toMat();
                Mat changed = new Mat();
                Size kernelSize = new Size(size, size);
                Mat kernel = getStructuringElement(MORPH_ELLIPSE, kernelSize)) {
            morphologyEx(mat, changed, operation, kernel);
            return FloatImage.of(changed);
        }
    }

    private static double[] vertexValues(FaceTopology topology, DoubleBinaryOperator of) {
        double[] values = new double[Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            values[i] = of.applyAsDouble(topology.vertices()[i][0], topology.vertices()[i][1]);
        }
        return values;
    }
}
