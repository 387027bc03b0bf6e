package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;

import dev.facefuse.engine.picture.NativeImage;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A small float picture on the Java heap for formulas per pixel. Its edges are at most {@link Canvas#MAX_EDGE_PX}.
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
        return NativeImage.kept(new Mat(height, width, CV_32FC(channels)), mat -> {
            FloatBuffer buffer = mat.createBuffer();
            buffer.put(data);
        });
    }

    /** {@code a·b} for each pixel, one channel. */
    FloatImage times(FloatImage other) {
        return combined(other, (a, b) -> a * b);
    }

    /** {@code a·(1 − b)} for each pixel, one channel. */
    FloatImage without(FloatImage other) {
        return combined(other, (a, b) -> a * (1 - b));
    }

    /** The larger value of each pixel, one channel. */
    FloatImage larger(FloatImage other) {
        return combined(other, Math::max);
    }

    /** Every value mapped by a {@link Smoothstep}. */
    FloatImage step(double from, double to) {
        FloatImage result = new FloatImage(width, height, channels);
        for (int i = 0; i < data.length; i++) {
            result.data[i] = (float) Smoothstep.between(from, to, data[i]);
        }
        return result;
    }

    /** A Gaussian of {@code sigma} pixels, the border repeated outside. */
    FloatImage blurred(double sigma) {
        try (Mat mat = toMat();
                Mat blurred = new Mat();
                Size automatic = new Size(0, 0)) {
            GaussianBlur(mat, blurred, automatic, sigma, sigma, BORDER_REPLICATE, 0);
            return of(blurred);
        }
    }

    private FloatImage combined(FloatImage other, FloatBinaryOperator operator) {
        FloatImage result = new FloatImage(width, height, 1);
        for (int i = 0; i < result.data.length; i++) {
            result.data[i] = operator.apply(data[i], other.data[i]);
        }
        return result;
    }

    @FunctionalInterface
    private interface FloatBinaryOperator {
        float apply(float a, float b);
    }
}
