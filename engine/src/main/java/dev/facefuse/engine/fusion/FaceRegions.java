package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.DIST_L2;
import static org.bytedeco.opencv.global.opencv_imgproc.DIST_MASK_PRECISE;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_8;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.convexHull;
import static org.bytedeco.opencv.global.opencv_imgproc.distanceTransform;
import static org.bytedeco.opencv.global.opencv_imgproc.fillConvexPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.picture.NativeImage;
import java.nio.IntBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Masks of the parts of a face on a canvas, drawn from the mesh's rings with soft edges, 0 … 1. */
final class FaceRegions {
    /** Fractional bits of drawn coordinates. */
    private static final int SHIFT = 4;

    /** The mask grows from 0 at this distance inside of the outline to 1 at {@link #MASK_TO}, in eye distances. */
    private static final double MASK_FROM = 0.01;

    private static final double MASK_TO = 0.07;

    /** The least softness, even for a small face: its outermost pixels are half background, and a step would be visible. */
    private static final double LEAST_FROM_PX = 1;

    private static final double LEAST_FEATHER_PX = 2.5;

    /** Softness of the features' edge, in eye distances; the mask is raised afterwards, so that features grow by about as much. */
    private static final double FEATURE_SOFTNESS = 0.05;

    private static final double FEATURE_BOOST = 3;

    private static final double LEAST_SOFTNESS_PX = 0.5;

    /** Value of a drawn region. */
    private static final double WHITE = 255;

    private final FaceTopology topology;
    private final Mesh mesh;
    private final int width;
    private final int height;
    private final double eyeDistance;

    FaceRegions(FaceTopology topology, Mesh mesh, int width, int height) {
        this.topology = topology;
        this.mesh = mesh;
        this.width = width;
        this.height = height;
        this.eyeDistance = mesh.eyeDistance();
    }

    /** The face within its outline; it fades to 0 inside of the outline. */
    FloatImage outline() {
        try (Mat drawn = blank();
                Mat distance = new Mat()) {
            fill(drawn, topology.oval(), LINE_8);
            distanceTransform(drawn, distance, DIST_L2, DIST_MASK_PRECISE);
            double from = Math.max(LEAST_FROM_PX, MASK_FROM * eyeDistance);
            return FloatImage.of(distance).step(from, Math.max(from + LEAST_FEATHER_PX, MASK_TO * eyeDistance));
        }
    }

    /** Eyes, brows and lips, each a little enlarged. */
    FloatImage features() {
        try (Mat drawn = blank()) {
            fillHull(drawn, topology.leftEye());
            fillHull(drawn, topology.rightEye());
            fillHull(drawn, topology.leftBrow());
            fillHull(drawn, topology.rightBrow());
            fill(drawn, topology.lipsOuter(), LINE_AA);
            return soft(drawn, FEATURE_SOFTNESS, FEATURE_BOOST);
        }
    }

    /** No region: 0 everywhere. */
    FloatImage nowhere() {
        return new FloatImage(width, height, 1);
    }

    /** Inside the lids, soft by a share of the eye distance. */
    FloatImage eyes(double softness) {
        return ring(topology.leftEye(), softness).larger(ring(topology.rightEye(), softness));
    }

    /** Inside a ring, soft by a share of the eye distance. */
    FloatImage ring(int[] ring, double softness) {
        try (Mat drawn = blank()) {
            fill(drawn, ring, LINE_AA);
            return soft(drawn, softness, 1);
        }
    }

    /** A drawing, blurred by a share of the eye distance and raised by a factor, at most 1. */
    private FloatImage soft(Mat drawn, double softness, double boost) {
        try (Mat floats = new Mat()) {
            drawn.convertTo(floats, CV_32F, boost / WHITE, 0);
            FloatImage image = FloatImage.of(floats).blurred(Math.max(LEAST_SOFTNESS_PX, softness * eyeDistance));
            for (int i = 0; i < image.pixels(); i++) {
                image.data()[i] = Math.min(1, image.data()[i]);
            }
            return image;
        }
    }

    private Mat blank() {
        try (Scalar black = new Scalar(0, 0, 0, 0)) {
            return new Mat(height, width, CV_8UC1, black);
        }
    }

    private void fill(Mat mat, int[] ring, int lineType) {
        try (Mat points = points(ring);
                MatVector polygons = new MatVector(points);
                Scalar white = new Scalar(WHITE, 0, 0, 0);
                Point offset = new Point(0, 0)) {
            fillPoly(mat, polygons, white, lineType, SHIFT, offset);
        }
    }

    private void fillHull(Mat mat, int[] ring) {
        try (Mat points = points(ring);
                Mat hull = new Mat();
                Scalar white = new Scalar(WHITE, 0, 0, 0)) {
            convexHull(points, hull, false, true);
            fillConvexPoly(mat, hull, white, LINE_AA, SHIFT);
        }
    }

    private Mat points(int[] ring) {
        return NativeImage.kept(new Mat(ring.length, 1, opencv_core.CV_32SC2), points -> {
            IntBuffer buffer = points.createBuffer();
            for (int i : ring) {
                buffer.put((int) Math.round(mesh.x(i) * (1 << SHIFT)));
                buffer.put((int) Math.round(mesh.y(i) * (1 << SHIFT)));
            }
        });
    }
}
