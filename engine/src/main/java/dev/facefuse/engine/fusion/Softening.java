package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.pyrDown;
import static org.bytedeco.opencv.global.opencv_imgproc.pyrUp;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.face.Box;
import java.util.function.BiConsumer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Softens an enhanced crop, so that a small face does not have more detail than the picture around it: pyramid levels (Burt and
 * Adelson 1983) down and up again. If {@code up} is smaller than {@code down}, the last level is enlarged bilinearly, which softens
 * less.
 *
 * @param down number of levels down
 * @param up number of levels up by the pyramid's filter
 */
record Softening(int down, int up) {
    private static final double ONE_AND_BILINEAR_BELOW_PX = Enhance.LEAST_EDGE_PX;
    private static final double ONE_BELOW_PX = 80;
    private static final double TWO_AND_BILINEAR_BELOW_PX = 60;
    private static final double TWO_BELOW_PX = 40;

    /**
     * The softening for a face.
     *
     * @param box of the face as detected, in the template's pixels
     */
    static Softening of(Box box) {
        double edge = box.shorterEdge();
        if (edge < TWO_BELOW_PX) {
            return new Softening(2, 2);
        }
        if (edge < TWO_AND_BILINEAR_BELOW_PX) {
            return new Softening(2, 1);
        }
        if (edge < ONE_BELOW_PX) {
            return new Softening(1, 1);
        }
        return edge < ONE_AND_BILINEAR_BELOW_PX ? new Softening(1, 0) : new Softening(0, 0);
    }

    /** Softens in place. */
    void apply(Mat crop) {
        try (Size size = new Size(crop.cols(), crop.rows())) {
            for (int i = 0; i < down; i++) {
                replace(crop, (from, to) -> pyrDown(from, to));
            }
            for (int i = 0; i < up; i++) {
                replace(crop, (from, to) -> pyrUp(from, to));
            }
            if (up < down) {
                replace(crop, (from, to) -> resize(from, to, size, 0, 0, INTER_LINEAR));
            }
        }
    }

    private static void replace(Mat crop, BiConsumer<Mat, Mat> step) {
        try (Mat next = new Mat()) {
            step.accept(crop, next);
            next.copyTo(crop);
        }
    }
}
