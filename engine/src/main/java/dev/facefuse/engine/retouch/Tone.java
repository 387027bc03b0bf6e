package dev.facefuse.engine.retouch;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Brightness, contrast and saturation of the face. With Y a pixel's BT.601 luma, 0…1, C its channels minus Y, and M the
 * face's mean Y (weighted by the mask), the pixel becomes {@code Y″ + C″} where
 *
 * <pre>
 * Y′ = M·(Y/M)^k below M, 1 − (1 − M)·((1 − Y)/(1 − M))^k above, k = 1 + contrast
 *                                                 slope k at the face's own mean: a dark face stays dark
 * Y″ = Y′ ^ (4 ^ −brightness)                     black and white stay, here as above: nothing is cut off
 * C″ = C · (1 + saturation) · min(Y″/Y, 1.5)      colour grows and shrinks with the light, not into noise
 * </pre>
 *
 * and C″ shrinks where a channel would leave 0…1 (W3C's ClipColor). C only ever changes its length, so the hue is kept. The
 * mask feathers between this and the pixel as it was. At 0, 0, 0 nothing is touched.
 */
public final class Tone {
    private static final double BRIGHTNESS_BASE = 4;
    /** So that the curve above the mean has some room. */
    private static final double BRIGHTEST_MEAN = 0.99;

    private static final float MAX_COLOUR_GAIN = 1.5f;
    /** Steps of luma that the curves are tabled for, a level. */
    private static final int STEPS_A_LEVEL = 8;

    private static final int STEPS = 255 * STEPS_A_LEVEL + 1;

    private final float[] lumas = new float[STEPS];
    private final float[] gains = new float[STEPS];
    private final float[] x = new float[3];

    private Tone(Retouching retouching, double mean) {
        double exponent = Math.pow(BRIGHTNESS_BASE, -retouching.brightness());
        for (int step = 0; step < STEPS; step++) {
            double y = (double) step / (STEPS - 1);
            double changed = Math.pow(contrasted(y, mean, 1 + retouching.contrast()), exponent);
            double gain = y > 0 ? Math.min(changed / y, MAX_COLOUR_GAIN) : 1;
            lumas[step] = (float) (255 * changed);
            gains[step] = (float) (gain * (1 + retouching.saturation()));
        }
    }

    private static double contrasted(double y, double mean, double slope) {
        return y < mean ? mean * Math.pow(y / mean, slope) : 1 - (1 - mean) * Math.pow((1 - y) / (1 - mean), slope);
    }

    /**
     * Changes the tone in place.
     *
     * @param bgr {@code CV_8UC3}, changed; may be a region of a larger {@code Mat}; stays the caller's, as all
     * @param faceMask {@code CV_32FC1} of the same size, 0…1, read
     */
    public static void apply(Mat bgr, Mat faceMask, Retouching retouching) {
        Pixels.requireSame(bgr, CV_8UC3, faceMask, CV_32FC1);
        if (retouching.brightness() == 0f && retouching.contrast() == 0f && retouching.saturation() == 0f) {
            return;
        }
        double mean = retouching.contrast() == 0f ? 0 : Math.min(meanLuma(bgr, faceMask), BRIGHTEST_MEAN);
        new Tone(retouching, mean).applyRows(bgr, faceMask);
    }

    private static double meanLuma(Mat bgr, Mat mask) {
        byte[] pixels = new byte[3 * bgr.cols()];
        float[] weights = new float[bgr.cols()];
        double sum = 0;
        double weightSum = 0;
        for (int row = 0; row < bgr.rows(); row++) {
            Pixels.read(mask, row, weights);
            Pixels.read(bgr, row, pixels);
            for (int column = 0; column < weights.length; column++) {
                float weight = Pixels.weight(weights[column]);
                sum += weight * luma(pixels, 3 * column);
                weightSum += weight;
            }
        }
        return weightSum == 0 ? 0 : sum / weightSum / 255;
    }

    private static float luma(byte[] pixels, int at) {
        return Luma.bt601(pixels[at] & 0xFF, pixels[at + 1] & 0xFF, pixels[at + 2] & 0xFF);
    }

    private void applyRows(Mat bgr, Mat mask) {
        byte[] pixels = new byte[3 * bgr.cols()];
        float[] weights = new float[bgr.cols()];
        for (int row = 0; row < bgr.rows(); row++) {
            Pixels.read(mask, row, weights);
            Pixels.read(bgr, row, pixels);
            for (int column = 0; column < weights.length; column++) {
                float weight = Pixels.weight(weights[column]);
                if (weight > 0f) {
                    change(pixels, 3 * column, weight);
                }
            }
            Pixels.write(bgr, row, pixels);
        }
    }

    private void change(byte[] pixels, int at, float weight) {
        float luma = luma(pixels, at);
        int step = Math.min(STEPS - 1, Math.round(luma * STEPS_A_LEVEL));
        float wanted = lumas[step];
        for (int channel = 0; channel < 3; channel++) {
            x[channel] = wanted + gains[step] * ((pixels[at + channel] & 0xFF) - luma);
        }
        Luma.clip(x, wanted);
        for (int channel = 0; channel < 3; channel++) {
            float was = pixels[at + channel] & 0xFF;
            pixels[at + channel] = Pixels.rounded(was + weight * (x[channel] - was));
        }
    }
}
