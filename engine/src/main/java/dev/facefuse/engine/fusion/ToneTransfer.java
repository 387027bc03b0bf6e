package dev.facefuse.engine.fusion;

/**
 * The user's face in the template's light. In Lab, low frequencies (illumination, complexion) are the template's, middle and high
 * ones (who it is) the user's:
 *
 * <pre>{@code
 * L = Lt + g·(Lu − lowLu)                        Lt, at, bt: the template's low frequencies
 * a = at·(L / Lt) + s·k·(au − lowau)             g: contrast gain, k: ratio of chroma
 * b = bt·(L / Lt) + s·k·(bu − lowbu)             s: share of the user's colour detail
 * }</pre>
 *
 * Chroma follows luminance, or shadows under a yellow painting turn blue.
 */
final class ToneTransfer {
    /** Of the low frequencies' Gaussian, in eye distances; 0.35 to 1.5 look alike, 0.2 loses the person. */
    private static final double LOW_SIGMA = 0.5;

    private static final double COLOUR_DETAIL = 0.8;
    private static final double LEAST_GAIN = 0.8;
    private static final double MOST_GAIN = 1.3;
    private static final double LEAST_CHROMA_RATIO = 0.5;
    private static final double MOST_CHROMA_RATIO = 1.5;

    private ToneTransfer() {}

    /** Something with its low frequencies; all Lab. */
    record Bands(FloatImage lab, FloatImage low) {
        static Bands of(FloatImage lab, FloatImage weight, double eyeDistance) {
            return new Bands(lab, LowPass.of(lab, weight, LOW_SIGMA * eyeDistance));
        }

        float detail(int index) {
            return lab.data()[index] - low.data()[index];
        }
    }

    /**
     * Applies the formula.
     *
     * @param template the template's face
     * @param user the user's face, warped
     * @param weight where both are skin or features, 0 … 1: what gain and chroma are measured on
     * @param detailWeight 0 … 1: how much of the user's detail is used; 0 where the user shows hair
     */
    static FloatImage apply(Bands template, Bands user, FloatImage weight, FloatImage detailWeight) {
        double gain = clamp(
                deviation(template, weight) / Math.max(1e-3, deviation(user, weight)), LEAST_GAIN, MOST_GAIN);
        double chroma = COLOUR_DETAIL
                * clamp(
                        chroma(template, weight) / Math.max(1e-3, chroma(user, weight)),
                        LEAST_CHROMA_RATIO,
                        MOST_CHROMA_RATIO);
        FloatImage result =
                new FloatImage(template.lab().width(), template.lab().height(), 3);
        for (int i = 0; i < weight.pixels(); i++) {
            int p = 3 * i;
            float w = detailWeight.data()[i];
            float low = Math.max(1, template.low().data()[p]);
            double l = clamp(low + gain * w * user.detail(p), 0, 100);
            double light = l / low;
            result.data()[p] = (float) l;
            result.data()[p + 1] = (float) (template.low().data()[p + 1] * light + chroma * w * user.detail(p + 1));
            result.data()[p + 2] = (float) (template.low().data()[p + 2] * light + chroma * w * user.detail(p + 2));
        }
        return result;
    }

    private static double deviation(Bands bands, FloatImage weight) {
        double sum = 0;
        double total = 1e-9;
        for (int i = 0; i < weight.pixels(); i++) {
            float w = weight.data()[i];
            float d = bands.detail(3 * i);
            sum += w * d * d;
            total += w;
        }
        return Math.sqrt(sum / total);
    }

    private static double chroma(Bands bands, FloatImage weight) {
        double sum = 0;
        double total = 1e-9;
        for (int i = 0; i < weight.pixels(); i++) {
            float w = weight.data()[i];
            sum += w * Math.hypot(bands.low().data()[3 * i + 1], bands.low().data()[3 * i + 2]);
            total += w;
        }
        return sum / total;
    }

    private static double clamp(double x, double min, double max) {
        return Math.max(min, Math.min(max, x));
    }
}
