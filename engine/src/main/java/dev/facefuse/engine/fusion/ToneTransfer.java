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
    static double LOW_SIGMA = Double.parseDouble(System.getProperty("sigma", "0.5"));

    static double SKIN_COLOUR = Double.parseDouble(System.getProperty("skinc", "0.25"));
    static double FEATURE_COLOUR = Double.parseDouble(System.getProperty("featc", "1"));
    static double LEAST_GAIN = Double.parseDouble(System.getProperty("ming", "0.8"));
    static double MOST_GAIN = Double.parseDouble(System.getProperty("maxg", "1.3"));
    private static final double LEAST_CHROMA_RATIO = 0.5;
    private static final double MOST_CHROMA_RATIO = 1.5;

    /** Luminance detail darker than this is shadow, not skin: it would look like grey make-up. */
    static double SKIN_SHADOW = Double.parseDouble(System.getProperty("shadow", "30"));

    private static final double FEATURE_SHADOW = 50;

    private ToneTransfer() {}

    /** Something with its low frequencies; all Lab. */
    record Bands(FloatImage lab, FloatImage low) {
        static Bands of(FloatImage lab, FloatImage weight, double eyeDistance) {
            return new Bands(lab, LowPass.of(lab, weight, LOW_SIGMA * eyeDistance));
        }

        float detail(int index) {
            return lab.data()[index] - low.data()[index];
        }

        /** What of a colour does not follow from the light: {@code c − lowC·(L / lowL)}. */
        double colourDetail(int luminance, int colour) {
            double light = lab.data()[luminance] / Math.max(1, low.data()[luminance]);
            return lab.data()[colour] - low.data()[colour] * light;
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
    static FloatImage apply(Bands template, Bands user, FloatImage weight, FloatImage features) {
        double gain =
                clamp(deviation(template, weight) / Math.max(1e-3, deviation(user, weight)), LEAST_GAIN, MOST_GAIN);
        double chroma = clamp(
                chroma(template, weight) / Math.max(1e-3, chroma(user, weight)), LEAST_CHROMA_RATIO, MOST_CHROMA_RATIO);
        FloatImage result =
                new FloatImage(template.lab().width(), template.lab().height(), 3);
        for (int i = 0; i < weight.pixels(); i++) {
            int p = 3 * i;
            float feature = features.data()[i];
            double limit = SKIN_SHADOW + (FEATURE_SHADOW - SKIN_SHADOW) * feature;
            double colourShare = chroma * (SKIN_COLOUR + (FEATURE_COLOUR - SKIN_COLOUR) * feature);
            double detail = gain * limited(user.detail(p), limit);
            double low = Math.max(1, template.low().data()[p]);
            if (Boolean.getBoolean("raw")) {
                for (int c = p; c < p + 3; c++) result.data()[c] = user.lab().data()[c];
                continue;
            }
            if (Boolean.getBoolean("rawl")) {
                result.data()[p] = user.lab().data()[p];
                for (int c = p + 1; c <= p + 2; c++)
                    result.data()[c] = (float)
                            (template.low().data()[c] * result.data()[p] / low + colourShare * user.colourDetail(p, c));
                continue;
            }

            double l = clamp(low + detail, 0, 100);
            result.data()[p] = (float) l;
            for (int c = p + 1; c <= p + 2; c++) {
                result.data()[c] = (float) (template.low().data()[c] * l / low + colourShare * user.colourDetail(p, c));
            }
        }
        return result;
    }

    private static double limited(double detail, double limit) {
        return detail >= 0 ? detail : -limit * Math.tanh(-detail / limit);
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
