package dev.facefuse.engine.face;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.face.NetworkInput.ChannelOrder;
import dev.facefuse.engine.network.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Finds faces with BlazeFace's back-camera network: 256×256 RGB, 896 anchors. Anchors, decoding and weighted non-maximum
 * suppression are MediaPipe's ("BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019).
 */
public final class FaceDetector {
    /** The role of its network in a pack. */
    public static final String ROLE = "detector";

    /** Pictures in one batch. */
    public static final int MOST_AT_ONCE = 1;

    private static final int INPUT_PX = 256;
    private static final int ANCHORS = 896;
    private static final int ROW = 16;
    private static final int FINE_STRIDE_PX = 16;
    private static final int FINE_ANCHORS = 2;
    private static final int COARSE_STRIDE_PX = 32;
    private static final int COARSE_ANCHORS = 6;
    private static final double SAME_FACE_OVERLAP = 0.3;

    /** Overlap as a share of the smaller box: neighbouring faces share less, chins and mouths taken for faces more. */
    private static final double PART_OF_A_FACE = 0.6;

    private static final double MAX_LOGIT = 100;

    private static final NetworkInput INPUT = new NetworkInput(ChannelOrder.RGB, 1 / 127.5f, -1, -1, -1);
    private static final double[] ANCHOR_CENTRES = anchorCentres();

    private final FaceNetwork network;

    /**
     * A detector over a loaded network.
     *
     * @param network role {@code detector}
     */
    public FaceDetector(Network network) {
        this.network = new FaceNetwork(network, INPUT, INPUT_PX);
    }

    /**
     * All faces, best first.
     *
     * @param picture 8-bit BGR of any size
     * @param threshold score from which on something is a face
     * @return detections in picture pixels
     */
    public List<Detection> detect(Mat picture, double threshold) {
        double scale = (double) INPUT_PX / Math.max(picture.cols(), picture.rows());
        int width = (int) Math.max(1, Math.round(picture.cols() * scale));
        int height = (int) Math.max(1, Math.round(picture.rows() * scale));
        int left = (INPUT_PX - width) / 2;
        int top = (INPUT_PX - height) / 2;
        float[] input = network.batch(MOST_AT_ONCE);
        try (Scalar black = new Scalar(0, 0, 0, 0);
                Mat canvas = new Mat(INPUT_PX, INPUT_PX, CV_8UC3, black);
                Rect place = new Rect(left, top, width, height);
                Mat window = new Mat(canvas, place);
                Size size = new Size(width, height)) {
            resize(picture, window, size, 0, 0, scale < 1 ? INTER_AREA : INTER_LINEAR);
            network.write(canvas, input, 0);
        }
        Letterbox letterbox =
                new Letterbox((double) picture.cols() / width, (double) picture.rows() / height, left, top);
        List<float[]> outputs = network.run(input);
        return suppress(decode(outputs.get(0), outputs.get(1), threshold, letterbox));
    }

    private static List<Detection> decode(float[] logits, float[] boxes, double threshold, Letterbox letterbox) {
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < ANCHORS; i++) {
            double logit = Math.max(-MAX_LOGIT, Math.min(MAX_LOGIT, logits[i]));
            double score = 1 / (1 + Math.exp(-logit));
            if (score >= threshold) {
                found.add(decodeRow(boxes, i, score, letterbox));
            }
        }
        found.sort(Comparator.comparingDouble(Detection::score).reversed());
        return found;
    }

    private static Detection decodeRow(float[] boxes, int index, double score, Letterbox letterbox) {
        int row = index * ROW;
        double anchorX = ANCHOR_CENTRES[2 * index];
        double anchorY = ANCHOR_CENTRES[2 * index + 1];
        double width = boxes[row + 2];
        double height = boxes[row + 3];
        Point corner = letterbox.toPicture(anchorX + boxes[row] - width / 2, anchorY + boxes[row + 1] - height / 2);
        Point leftEye = letterbox.toPicture(anchorX + boxes[row + 4], anchorY + boxes[row + 5]);
        Point rightEye = letterbox.toPicture(anchorX + boxes[row + 6], anchorY + boxes[row + 7]);
        Box box = new Box(corner.x(), corner.y(), width * letterbox.scaleX(), height * letterbox.scaleY());
        return new Detection(box, score, leftEye, rightEye);
    }

    /**
     * Weighted non-maximum suppression: every cluster of overlapping boxes becomes their mean, weighted by score. A box that
     * lies mostly in a better one, and is too different for the mean, is left out.
     *
     * @param bestFirst sorted by score
     */
    static List<Detection> suppress(List<Detection> bestFirst) {
        List<Detection> rest = bestFirst;
        List<Detection> faces = new ArrayList<>();
        while (!rest.isEmpty()) {
            Detection best = rest.get(0);
            List<Detection> same = new ArrayList<>(List.of(best));
            List<Detection> others = new ArrayList<>();
            for (Detection other : rest.subList(1, rest.size())) {
                if (best.box().overlap(other.box()) > SAME_FACE_OVERLAP) {
                    same.add(other);
                } else if (best.box().containment(other.box()) <= PART_OF_A_FACE) {
                    others.add(other);
                }
            }
            faces.add(weightedMean(same, best.score()));
            rest = others;
        }
        return faces;
    }

    private static Detection weightedMean(List<Detection> cluster, double score) {
        double[] sum = new double[8];
        double weight = 0;
        for (Detection d : cluster) {
            double[] values = {
                d.box().x(), d.box().y(), d.box().width(), d.box().height(),
                d.leftEye().x(), d.leftEye().y(), d.rightEye().x(), d.rightEye().y()
            };
            for (int i = 0; i < sum.length; i++) {
                sum[i] += d.score() * values[i];
            }
            weight += d.score();
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= weight;
        }
        return new Detection(
                new Box(sum[0], sum[1], sum[2], sum[3]), score, new Point(sum[4], sum[5]), new Point(sum[6], sum[7]));
    }

    private static double[] anchorCentres() {
        double[] centres = new double[2 * ANCHORS];
        int next = addAnchors(centres, 0, FINE_STRIDE_PX, FINE_ANCHORS);
        addAnchors(centres, next, COARSE_STRIDE_PX, COARSE_ANCHORS);
        return centres;
    }

    private static int addAnchors(double[] centres, int start, int stridePx, int perCell) {
        int next = start;
        for (int y = 0; y < INPUT_PX / stridePx; y++) {
            for (int x = 0; x < INPUT_PX / stridePx; x++) {
                for (int n = 0; n < perCell; n++) {
                    centres[next++] = stridePx * (x + 0.5);
                    centres[next++] = stridePx * (y + 0.5);
                }
            }
        }
        return next;
    }

    /** From the network's 256×256 coordinates (edges at 0 and 256) back to picture pixels. */
    private record Letterbox(double scaleX, double scaleY, int left, int top) {
        Point toPicture(double x, double y) {
            return new Point((x - left) * scaleX - 0.5, (y - top) * scaleY - 0.5);
        }
    }
}
