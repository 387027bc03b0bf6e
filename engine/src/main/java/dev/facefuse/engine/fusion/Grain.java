package dev.facefuse.engine.fusion;

import java.util.Arrays;

/**
 * Gives a fused face the template's grain. A smooth face in a grainy picture looks pasted, and copying the template's finest band
 * would copy its wrinkles. Therefore the strength of that band is measured on skin, in the template and in the fused face, and the
 * difference is added as noise of the same band. The noise depends on the position only: the same input gives the same bytes.
 */
final class Grain {
    /** Width of the finest band's Gaussian, pixels. */
    private static final double BAND_SIGMA_PX = 1.0;

    /** A normal distribution's standard deviation over its median absolute value. */
    private static final double MEDIAN_TO_DEVIATION = 1.4826;

    /** Share of the missing strength that is added: noise is more conspicuous than texture. */
    private static final double SHARE = 0.7;

    /** Luminance. Less noise is invisible. */
    private static final double LEAST_NOISE = 0.1;

    private static final double MOST_NOISE = 4;

    private static final float SURELY_SKIN = 0.9f;

    private static final int LEAST_SAMPLES = 64;

    private Grain() {}

    /**
     * Adds the missing noise to L, in place.
     *
     * @param lab the fused face
     * @param template Lab
     * @param skin 0 … 1: skin in both pictures
     */
    static void match(FloatImage lab, FloatImage template, FloatImage skin) {
        double wanted = deviation(band(template), skin);
        double has = deviation(band(lab), skin);
        double missing = Math.min(MOST_NOISE, Math.sqrt(Math.max(0, wanted * wanted - has * has)));
        if (missing < LEAST_NOISE) {
            return;
        }
        FloatImage noise = band(noise(lab.width(), lab.height()));
        double scale = SHARE * missing / Math.max(1e-6, deviation(noise, skin));
        for (int i = 0; i < skin.pixels(); i++) {
            lab.data()[3 * i] += (float) (scale * skin.data()[i] * noise.data()[i]);
        }
    }

    /** The finest band of the first channel. */
    private static FloatImage band(FloatImage image) {
        FloatImage first = new FloatImage(image.width(), image.height(), 1);
        for (int i = 0; i < first.pixels(); i++) {
            first.data()[i] = image.data()[image.channels() * i];
        }
        FloatImage smooth = LowPass.gaussian(first, BAND_SIGMA_PX);
        for (int i = 0; i < first.pixels(); i++) {
            first.data()[i] -= smooth.data()[i];
        }
        return first;
    }

    /** Robust: edges are outliers. */
    private static double deviation(FloatImage band, FloatImage skin) {
        float[] values = new float[band.pixels()];
        int n = 0;
        for (int i = 0; i < band.pixels(); i++) {
            if (skin.data()[i] > SURELY_SKIN) {
                values[n++] = Math.abs(band.data()[i]);
            }
        }
        if (n < LEAST_SAMPLES) {
            return 0;
        }
        Arrays.sort(values, 0, n);
        return MEDIAN_TO_DEVIATION * values[n / 2];
    }

    /** Near normal (a sum of four uniform values) noise from a hash of the place. */
    private static FloatImage noise(int width, int height) {
        FloatImage noise = new FloatImage(width, height, 1);
        for (int i = 0; i < noise.pixels(); i++) {
            long bits = mix(i);
            float sum = 0;
            for (int k = 0; k < 4; k++) {
                sum += ((bits >>> (16 * k)) & 0xffff) / 65535f - 0.5f;
            }
            noise.data()[i] = sum;
        }
        return noise;
    }

    /** SplitMix64's finaliser (G. Steele and others, "Fast splittable pseudorandom number generators", 2014). */
    private static long mix(long place) {
        long z = (place + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
