package dev.facefuse.engine.retouch;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Lays the fused face over the template: {@code T + w·(X − T)} a channel, with X by {@link BlendMode} and
 * {@code w = mask · curve(ratio)}. If w is 0, the template is unchanged, bit for bit; if w is 1, the result is X. Each
 * channel of a pixel changes monotonically with the ratio.
 */
public final class Compositor {
    /**
     * The exponent p in {@code curve(ratio) = ratio^p}, chosen so that half the ratio gives about half the likeness: for the two
     * samples, one into the other, the similarity to the user goes 0.59 and 0.42 of its way.
     */
    private static final double CURVE_EXPONENT = 1.1;

    private final float strength;
    private final BlendMode mode;
    private final float[] x = new float[3];

    private Compositor(Blending blending) {
        this.strength = (float) Math.pow(blending.ratio(), CURVE_EXPONENT);
        this.mode = blending.mode();
    }

    /**
     * Blends in place.
     *
     * @param template {@code CV_8UC3}, changed; may be a region of a larger {@code Mat}; stays the caller's, as all
     * @param fused {@code CV_8UC3} of the same size, read
     * @param mask {@code CV_32FC1} of the same size, 0…1, read
     */
    public static void blend(Mat template, Mat fused, Mat mask, Blending blending) {
        Pixels.requireSame(template, CV_8UC3, fused, CV_8UC3);
        Pixels.requireSame(template, CV_8UC3, mask, CV_32FC1);
        if (blending.ratio() > 0) {
            new Compositor(blending).blendRows(template, fused, mask);
        }
    }

    private void blendRows(Mat template, Mat fused, Mat mask) {
        int width = template.cols();
        byte[] below = new byte[3 * width];
        byte[] above = new byte[3 * width];
        float[] weights = new float[width];
        for (int row = 0; row < template.rows(); row++) {
            Pixels.read(mask, row, weights);
            if (isClear(weights)) {
                continue;
            }
            Pixels.read(template, row, below);
            Pixels.read(fused, row, above);
            blendRow(below, above, weights);
            Pixels.write(template, row, below);
        }
    }

    private static boolean isClear(float[] weights) {
        for (float weight : weights) {
            if (weight > 0f) {
                return false;
            }
        }
        return true;
    }

    private void blendRow(byte[] below, byte[] above, float[] weights) {
        for (int column = 0; column < weights.length; column++) {
            float weight = Pixels.weight(weights[column]) * strength;
            if (weight == 0f) {
                continue;
            }
            int at = 3 * column;
            switch (mode) {
                case NORMAL -> normal(above, at);
                case BLEND -> luminosity(below, above, at);
                case OVERLAY -> overlay(below, above, at);
            }
            for (int channel = 0; channel < 3; channel++) {
                float t = below[at + channel] & 0xFF;
                below[at + channel] = Pixels.rounded(t + weight * (x[channel] - t));
            }
        }
    }

    private void normal(byte[] above, int at) {
        for (int channel = 0; channel < 3; channel++) {
            x[channel] = above[at + channel] & 0xFF;
        }
    }

    /** {@code SetLum(T, Lum(F))}, W3C Compositing and Blending Level 1, section 10.2. */
    private void luminosity(byte[] below, byte[] above, int at) {
        float wanted = Luma.w3c(above[at] & 0xFF, above[at + 1] & 0xFF, above[at + 2] & 0xFF);
        float blue = below[at] & 0xFF;
        float green = below[at + 1] & 0xFF;
        float red = below[at + 2] & 0xFF;
        float lift = wanted - Luma.w3c(blue, green, red);
        x[0] = blue + lift;
        x[1] = green + lift;
        x[2] = red + lift;
        Luma.clip(x, wanted);
    }

    /** {@code HardLight(F, T)}, the same, section 10.1. */
    private void overlay(byte[] below, byte[] above, int at) {
        for (int channel = 0; channel < 3; channel++) {
            float t = (below[at + channel] & 0xFF) / 255f;
            float f = (above[at + channel] & 0xFF) / 255f;
            x[channel] = 255f * (t <= 0.5f ? 2 * t * f : 1 - 2 * (1 - t) * (1 - f));
        }
    }
}
