package dev.facefuse.engine.retouch;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.CMP_GT;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.divide;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_core.subtract;
import static org.bytedeco.opencv.global.opencv_core.transform;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.boundingRect;
import static org.bytedeco.opencv.global.opencv_imgproc.boxFilter;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Smooths the skin and keeps its texture.
 *
 * <p>A guided filter (He, Sun, Tang, 2013; each colour its own guide, one edge weight for the three) splits the picture into a
 * base and a detail D without edges. D's coarser part, blotches, goes by the strength; of its finest part, pores and grain,
 * most stays: {@code out = in − strength · mask · (blur(D) + (1 − kept) · (D − blur(D)))}. Radii go with the face's size.
 */
public final class SkinSmoothing {
    /** The base's radius in eye distances: larger than a blotch, smaller than a feature. */
    private static final double BASE_RADIUS = 0.12;
    /** The blur's sigma, which separates the finest detail, in eye distances. */
    private static final double FINE_SIGMA = 0.012;
    /** The variation, in levels rms, above which pixels are treated as an edge. */
    private static final double EDGE_LEVELS = 13;
    /** Share of the finest detail that stays at full strength. */
    private static final double FINE_KEPT = 0.5;

    private SkinSmoothing() {}

    /**
     * Smooths in place; at strength 0 and where the mask is 0 nothing is touched.
     *
     * @param bgr {@code CV_8UC3}, changed; may be a region of a larger {@code Mat}; stays the caller's, as all
     * @param skinMask {@code CV_32FC1} of the same size, 0…1, read
     * @param strength 0…1
     * @param eyeDistancePx between the eyes' centres, pixels
     */
    @SuppressWarnings("try") // The scope frees what is made inside it without being named again.
    public static void apply(Mat bgr, Mat skinMask, float strength, double eyeDistancePx) {
        Pixels.requireSame(bgr, CV_8UC3, skinMask, CV_32FC1);
        if (strength <= 0f) {
            return;
        }
        int radius = (int) Math.max(1, Math.round(BASE_RADIUS * eyeDistancePx));
        try (PointerScope temporaries = new PointerScope()) {
            Rect region = regionOf(skinMask, 2 * radius);
            if (region.area() > 0) {
                smooth(new Mat(bgr, region), new Mat(skinMask, region), strength, radius, FINE_SIGMA * eyeDistancePx);
            }
        }
    }

    /** The mask's region, extended by the margin that the filters read. */
    private static Rect regionOf(Mat mask, int margin) {
        Mat zero = new Mat(mask.size(), mask.type(), Scalar.all(0));
        Mat covered = new Mat();
        compare(mask, zero, covered, CMP_GT);
        Rect box = boundingRect(covered);
        if (box.area() == 0) {
            return box;
        }
        int left = Math.max(0, box.x() - margin);
        int top = Math.max(0, box.y() - margin);
        int right = Math.min(mask.cols(), box.x() + box.width() + margin);
        int bottom = Math.min(mask.rows(), box.y() + box.height() + margin);
        return new Rect(left, top, right - left, bottom - top);
    }

    private static void smooth(Mat bgr, Mat mask, float strength, int radius, double fineSigma) {
        Mat pixels = new Mat();
        bgr.convertTo(pixels, CV_32F);
        Mat detail = detailOf(pixels, radius);
        Mat coarse = new Mat();
        GaussianBlur(detail, coarse, new Size(0, 0), Math.max(0.6, fineSigma));
        addWeighted(detail, 1 - FINE_KEPT, coarse, FINE_KEPT, 0, coarse);
        multiply(coarse, inThree(mask), coarse, strength, -1);
        subtract(pixels, coarse, pixels);
        pixels.convertTo(bgr, CV_8U);
    }

    /** The picture minus its guided-filter base. */
    private static Mat detailOf(Mat pixels, int radius) {
        Mat mean = boxed(pixels, radius);
        Mat variance = variance(pixels, mean, radius);
        Mat withEdge = new Mat();
        variance.convertTo(withEdge, -1, 1, EDGE_LEVELS * EDGE_LEVELS);
        Mat edge = new Mat();
        divide(variance, withEdge, edge);
        Mat flat = new Mat();
        edge.convertTo(flat, -1, -1, 1);
        Mat offset = new Mat();
        multiply(mean, inThree(flat), offset);
        Mat base = new Mat();
        multiply(pixels, inThree(boxed(edge, radius)), base);
        add(base, boxed(offset, radius), base);
        subtract(pixels, base, base);
        return base;
    }

    /** Mean over the three channels, {@code CV_32FC1}. */
    private static Mat variance(Mat pixels, Mat mean, int radius) {
        Mat averaging = new Mat(1, 3, CV_32FC1, Scalar.all(1.0 / 3));
        Mat squares = new Mat();
        multiply(pixels, pixels, squares);
        transform(squares, squares, averaging);
        Mat squaredMean = new Mat();
        multiply(mean, mean, squaredMean);
        transform(squaredMean, squaredMean, averaging);
        Mat variance = new Mat();
        subtract(boxed(squares, radius), squaredMean, variance);
        return variance;
    }

    private static Mat boxed(Mat pixels, int radius) {
        Mat result = new Mat();
        Size size = new Size(2 * radius + 1, 2 * radius + 1);
        boxFilter(pixels, result, -1, size, new Point(-1, -1), true, BORDER_REFLECT_101);
        return result;
    }

    private static Mat inThree(Mat single) {
        Mat result = new Mat();
        cvtColor(single, result, COLOR_GRAY2BGR);
        return result;
    }
}
