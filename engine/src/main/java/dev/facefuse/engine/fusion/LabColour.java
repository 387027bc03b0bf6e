package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2Lab;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_Lab2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import dev.facefuse.engine.picture.NativeImage;
import org.bytedeco.opencv.opencv_core.Mat;

/** Converts between 8-bit BGR and CIE Lab (D65): L 0 … 100, a and b about −127 … 127. */
final class LabColour {
    private LabColour() {}

    static FloatImage fromBgr(Mat bgr) {
        try (Mat floats = new Mat();
                Mat lab = new Mat()) {
            bgr.convertTo(floats, CV_32F, 1 / 255.0, 0);
            cvtColor(floats, lab, COLOR_BGR2Lab);
            return FloatImage.of(lab);
        }
    }

    /** 8-bit, clipped; the caller's to close. */
    static Mat toBgr(FloatImage lab) {
        try (Mat floats = lab.toMat();
                Mat bgr = new Mat()) {
            cvtColor(floats, bgr, COLOR_Lab2BGR);
            return NativeImage.filled(bytes -> bgr.convertTo(bytes, CV_8U, 255, 0));
        }
    }
}
