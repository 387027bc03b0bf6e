package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A Gaussian filter with a weight for each pixel: {@code blur(w·x) / blur(w)} (normalised convolution, Knutsson and Westin 1993).
 * Wide filters run on a reduced picture.
 */
final class LowPass {
    /** Below this share of weight a pixel takes the mean of the whole picture. */
    private static final float PRIOR_WEIGHT = 1e-4f;

    /** The least width of the Gaussian on the reduced picture, so that the reduction is invisible. */
    private static final double MIN_SIGMA_PX = 4;

    private LowPass() {}

    /**
     * The low frequencies of a picture.
     *
     * @param image any number of channels up to 3
     * @param weight one channel, 0 … 1, of the same size
     * @param sigma of the Gaussian, pixels
     */
    static FloatImage of(FloatImage image, FloatImage weight, double sigma) {
        int channels = image.channels();
        double[] mean = weightedMean(image, weight);
        float[] sums = gaussian(weighted(image, weight, mean), sigma).data();
        FloatImage low = new FloatImage(image.width(), image.height(), channels);
        for (int i = 0; i < image.pixels(); i++) {
            float total = sums[i * (channels + 1) + channels] + PRIOR_WEIGHT;
            for (int c = 0; c < channels; c++) {
                low.data()[i * channels + c] = (float) (mean[c] + sums[i * (channels + 1) + c] / total);
            }
        }
        return low;
    }

    private static double[] weightedMean(FloatImage image, FloatImage weight) {
        int channels = image.channels();
        double[] mean = new double[channels];
        double total = 1e-9;
        for (int i = 0; i < image.pixels(); i++) {
            float w = weight.data()[i];
            total += w;
            for (int c = 0; c < channels; c++) {
                mean[c] += w * image.data()[i * channels + c];
            }
        }
        for (int c = 0; c < channels; c++) {
            mean[c] /= total;
        }
        return mean;
    }

    /** Channels {@code w·(x − mean)}, then {@code w}. */
    private static FloatImage weighted(FloatImage image, FloatImage weight, double[] mean) {
        int channels = image.channels();
        FloatImage weighted = new FloatImage(image.width(), image.height(), channels + 1);
        for (int i = 0; i < image.pixels(); i++) {
            float w = weight.data()[i];
            for (int c = 0; c < channels; c++) {
                weighted.data()[i * (channels + 1) + c] = w * (float) (image.data()[i * channels + c] - mean[c]);
            }
            weighted.data()[i * (channels + 1) + channels] = w;
        }
        return weighted;
    }

    /** A plain Gaussian with zeros outside; wide ones run on a reduced picture. */
    static FloatImage gaussian(FloatImage image, double sigma) {
        int shrink = (int) Math.max(1, Math.floor(sigma / MIN_SIGMA_PX));
        try (Mat mat = image.toMat();
                Size smallSize = new Size(Math.max(1, mat.cols() / shrink), Math.max(1, mat.rows() / shrink));
                Size fullSize = new Size(mat.cols(), mat.rows());
                Size automatic = new Size(0, 0);
                Mat small = new Mat();
                Mat smooth = new Mat();
                Mat full = new Mat()) {
            resize(mat, small, smallSize, 0, 0, INTER_AREA);
            GaussianBlur(small, smooth, automatic, sigma / shrink, sigma / shrink, BORDER_CONSTANT, 0);
            resize(smooth, full, fullSize, 0, 0, INTER_LINEAR);
            return FloatImage.of(full);
        }
    }
}
