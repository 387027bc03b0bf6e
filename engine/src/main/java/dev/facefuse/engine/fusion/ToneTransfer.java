package dev.facefuse.engine.fusion;

/**
 * Adapts the user's face to the template's lighting. In Lab, low frequencies (illumination, complexion) come from the template,
 * middle and high ones (identity) from the user:
 *
 * <pre>{@code
 * L = lowLt + g·dLu + e·(g·mLu − mLt)            d: detail, the picture less its low frequencies
 * a = lowat·(L / lowLt) + s·k·cau                m: detail without the finest band
 * b = lowbt·(L / lowLt) + s·k·cbu                c: colour that lighting does not explain, a − lowa·(L / lowL)
 * }</pre>
 *
 * with g the ratio of contrasts, k the ratio of chromas, s the share of the user's colour, larger on eyes and lips, and e an emphasis
 * of the difference between user and template, in the middle of the face only. Chroma follows luminance; otherwise shadows in a
 * yellow painting would turn blue.
 */
final class ToneTransfer {
    /** Width of the low frequencies' Gaussian, in eye distances. At 0.2 the identity is lost; 0.35 to 1.5 look alike. */
    private static final double LOW_SIGMA = 1;

    /** Width of the finest band, in eye distances: it is not emphasised, or pores and lashes would show twice. */
    private static final double FINE_SIGMA = 0.03;

    private static final double EMPHASIS = 0.27;

    private static final double LEAST_GAIN = 0.7;
    private static final double MOST_GAIN = 1.1;
    /** Keeps eyes clear if the template's lighting is softer than the user's. */
    private static final double EYE_GAIN = 1;

    /** The ratio has no lower bound, so that lips stay grey in a grey template. */
    private static final double MOST_CHROMA_RATIO = 1.5;

    private static final double SKIN_COLOUR = 0.7;
    private static final double FEATURE_COLOUR = 1;

    /** Luminance detail can be this much darker than its surroundings; darker skin would look like grey make-up. */
    private static final double SKIN_SHADOW = 30;

    private static final double FEATURE_SHADOW = 50;

    private ToneTransfer() {}

    /** A face and its low frequencies, all in Lab. */
    record Bands(FloatImage lab, FloatImage low) {
        /**
         * Splits a face.
         *
         * @param weight 0 … 1: weight of each pixel in the low frequencies
         */
        static Bands of(FloatImage lab, FloatImage weight, double eyeDistance) {
            return new Bands(lab, LowPass.of(lab, weight, LOW_SIGMA * eyeDistance));
        }

        float detail(int index) {
            return lab.data()[index] - low.data()[index];
        }

        double colourDetail(int luminance, int colour) {
            double light = lab.data()[luminance] / Math.max(1, low.data()[luminance]);
            return lab.data()[colour] - low.data()[colour] * light;
        }

        /** Luminance detail without the finest band. */
        FloatImage middle(double eyeDistance) {
            FloatImage detail = new FloatImage(lab.width(), lab.height(), 1);
            for (int i = 0; i < detail.pixels(); i++) {
                detail.data()[i] = detail(3 * i);
            }
            return LowPass.gaussian(detail, FINE_SIGMA * eyeDistance);
        }
    }

    /**
     * Masks on the canvas, 0 … 1.
     *
     * @param seen skin and features that both pictures show; contrast and chroma are measured there
     * @param features eyes, brows and lips
     * @param eyes inside the lids
     * @param middle the middle of the face
     */
    record AllowedPrefixes(FloatImage seen, FloatImage features, FloatImage eyes, FloatImage middle) {}

    /**
     * Applies the formula.
     *
     * @param template the template's face
     * @param user the user's face, warped
     */
    static FloatImage apply(Bands template, Bands user, AllowedPrefixes places, double eyeDistance) {
        double gain = ratio(contrast(template, places.seen()), contrast(user, places.seen()), LEAST_GAIN, MOST_GAIN);
        double chroma = ratio(chroma(template, places.seen()), chroma(user, places.seen()), 0, MOST_CHROMA_RATIO);
        FloatImage templateMiddle = template.middle(eyeDistance);
        FloatImage userMiddle = user.middle(eyeDistance);
        FloatImage result = new FloatImage(templateMiddle.width(), templateMiddle.height(), 3);
        for (int i = 0; i < templateMiddle.pixels(); i++) {
            int p = 3 * i;
            float feature = places.features().data()[i];
            double darkest = SKIN_SHADOW + (FEATURE_SHADOW - SKIN_SHADOW) * feature;
            double colour = chroma * (SKIN_COLOUR + (FEATURE_COLOUR - SKIN_COLOUR) * feature);
            double difference = gain * userMiddle.data()[i] - templateMiddle.data()[i];
            double low = Math.max(1, template.low().data()[p]);
            double clear = gain + places.eyes().data()[i] * Math.max(0, EYE_GAIN - gain);
            double l = low
                    + clear * limited(user.detail(p), darkest)
                    + EMPHASIS * places.middle().data()[i] * difference;
            l = Math.max(0, Math.min(100, l));
            result.data()[p] = (float) l;
            for (int c = p + 1; c <= p + 2; c++) {
                result.data()[c] = (float) (template.low().data()[c] * l / low + colour * user.colourDetail(p, c));
            }
        }
        return result;
    }

    private static double limited(double detail, double darkest) {
        return detail >= 0 ? detail : -darkest * Math.tanh(-detail / darkest);
    }

    /** Root mean square of the luminance detail. */
    private static double contrast(Bands bands, FloatImage weight) {
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

    /** Mean distance from grey of the low frequencies. */
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

    private static double ratio(double a, double b, double least, double most) {
        return Math.max(least, Math.min(most, a / Math.max(1e-3, b)));
    }
}
