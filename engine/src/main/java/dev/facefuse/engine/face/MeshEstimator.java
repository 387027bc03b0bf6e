package dev.facefuse.engine.face;

import dev.facefuse.engine.face.NetworkInput.ChannelOrder;
import dev.facefuse.engine.network.Network;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Estimates the 468 points of a face with FaceMesh (192×192 RGB): the detector's square first, levelled by the eyes, then the
 * mesh's own square, then the mean of several crops around it, which takes out most of the network's noise.
 */
public final class MeshEstimator {
    /** The role of its network in a pack. */
    public static final String ROLE = "mesh";

    private static final int INPUT_PX = 192;

    /** Crop over bounding square. At 1.25 and 2.0 the points' bias is four and ten times as large. */
    private static final double MARGIN = 1.5;

    /** {share of the side to the right, down, factor of the side, turn in radians} of each averaged crop; in pairs that cancel. */
    private static final double[][] JITTER = {
        {0, 0, 1, 0},
        {0.03, 0.01, 1.03, 0.03},
        {-0.03, -0.01, 0.97, -0.03},
        {0.01, -0.03, 1.02, -0.05},
        {-0.01, 0.03, 0.98, 0.05},
        {0.02, 0.02, 0.96, 0.02},
        {-0.02, -0.02, 1.04, -0.02}
    };

    /** Crops in one batch: a crowd must not take more memory than a couple. */
    public static final int MOST_AT_ONCE = 8;

    private static final NetworkInput INPUT = new NetworkInput(ChannelOrder.RGB, 1 / 255f, 0, 0, 0);

    private final FaceNetwork network;

    /**
     * An estimator over a loaded network.
     *
     * @param network role {@code mesh}
     */
    public MeshEstimator(Network network) {
        this.network = new FaceNetwork(network, INPUT, INPUT_PX);
    }

    /**
     * The network's confidence that each detection is a face.
     *
     * @param picture 8-bit BGR
     * @param detections in the picture's pixels
     * @return 0 … 1 for each detection; most values are close to 0 or 1
     */
    public double[] presence(Mat picture, List<Detection> detections) {
        double[] presence = new double[detections.size()];
        for (int start = 0; start < presence.length; start += MOST_AT_ONCE) {
            int end = Math.min(presence.length, start + MOST_AT_ONCE);
            List<RotatedSquare> crops = detections.subList(start, end).stream()
                    .map(MeshEstimator::square)
                    .toList();
            float[] values = network.run(batch(picture, crops)).get(1);
            for (int i = start; i < end; i++) {
                presence[i] = values[i - start];
            }
        }
        return presence;
    }

    /**
     * The mesh of a detected face.
     *
     * @param picture 8-bit BGR
     * @param detection in the picture's pixels
     */
    public Mesh estimate(Mat picture, Detection detection) {
        Mesh coarse = run(picture, List.of(square(detection)));
        Mesh levelled = run(picture, List.of(square(coarse)));
        return run(picture, jittered(square(levelled)));
    }

    private static RotatedSquare square(Detection detection) {
        Box box = detection.box();
        return new RotatedSquare(box.centre(), Math.max(box.width(), box.height()), detection.roll()).scaled(MARGIN);
    }

    private static RotatedSquare square(Mesh mesh) {
        return mesh.squareAround(mesh.roll()).scaled(MARGIN);
    }

    private static List<RotatedSquare> jittered(RotatedSquare square) {
        return Arrays.stream(JITTER)
                .map(j -> square.nudged(j[0], j[1], j[3]).scaled(j[2]))
                .toList();
    }

    /** The mean mesh of the crops, which are run as one batch. */
    private Mesh run(Mat picture, List<RotatedSquare> crops) {
        float[] points = network.run(batch(picture, crops)).get(0);
        int n = crops.size();
        float[] mean = new float[3 * Mesh.POINTS];
        for (int i = 0; i < n; i++) {
            addMapped(points, 3 * Mesh.POINTS * i, crops.get(i), mean, 1f / n);
        }
        return Mesh.of(mean);
    }

    private float[] batch(Mat picture, List<RotatedSquare> crops) {
        float[] batch = network.batch(crops.size());
        for (int i = 0; i < crops.size(); i++) {
            try (Mat crop = crops.get(i).cut(picture, INPUT_PX)) {
                network.write(crop, batch, i);
            }
        }
        return batch;
    }

    private static void addMapped(float[] points, int start, RotatedSquare crop, float[] sum, float weight) {
        double depthScale = crop.side() / INPUT_PX;
        for (int i = 0; i < Mesh.POINTS; i++) {
            Point p = crop.toPicture(points[start + 3 * i] / INPUT_PX, points[start + 3 * i + 1] / INPUT_PX);
            sum[3 * i] += weight * (float) p.x();
            sum[3 * i + 1] += weight * (float) p.y();
            sum[3 * i + 2] += weight * (float) (points[start + 3 * i + 2] * depthScale);
        }
    }
}
