package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC;

import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A small float picture on the Java heap, where per-pixel formulas read as formulas. Bounded by {@link Canvas#MAX_EDGE_PX}.
 *
 * @param data rows from the top, pixels from the left, channels interleaved
 */
@SuppressWarnings("ArrayRecordComponent") // A buffer with a shape; never compared.
record FloatImage(int width, int height, int channels, float[] data) {
    FloatImage(int width, int height, int channels) {
        this(width, height, channels, new float[width * height * channels]);
    }

    /** A copy of a float32 Mat. */
    static FloatImage of(Mat mat) {
        FloatImage image = new FloatImage(mat.cols(), mat.rows(), mat.channels());
        FloatBuffer buffer = mat.createBuffer();
        buffer.get(image.data);
        return image;
    }

    int pixels() {
        return width * height;
    }

    /** A copy as a Mat; the caller's to close. */
    Mat toMat() {
        Mat mat = new Mat(height, width, CV_32FC(channels));
        FloatBuffer buffer = mat.createBuffer();
        buffer.put(data);
        return mat;
    }
}
