package dev.facefuse.engine.fusion;

/**
 * Makes a fused face meet the template without a seam: what the two differ by along the mask's edge is taken in at the edge and
 * fades towards the middle. A smooth membrane as in seamless cloning (P. Pérez and others, "Poisson Image Editing", 2003),
 * computed as a normalised convolution instead of a linear system.
 */
final class SeamMembrane {
    /** How far the edge's colour reaches in, in eye distances. */
    private static final double REACH = 0.25;

    /** Pull of "no correction" against the edge's; the smaller, the farther the edge is felt. */
    private static final float STIFFNESS = 0.2f;

    private SeamMembrane() {}

    /**
     * Corrects a fused face in place.
     *
     * @param fused Lab
     * @param template Lab
     * @param mask 0 … 1, soft; its edge is where it is neither
     * @param inside 1 where {@code fused} has meaning
     */
    static void apply(FloatImage fused, FloatImage template, FloatImage mask, FloatImage inside, double eyeDistance) {
        FloatImage difference = new FloatImage(fused.width(), fused.height(), 4);
        for (int i = 0; i < mask.pixels(); i++) {
            float m = mask.data()[i];
            float edge = 4 * m * (1 - m) * inside.data()[i];
            for (int c = 0; c < 3; c++) {
                difference.data()[4 * i + c] = edge * (template.data()[3 * i + c] - fused.data()[3 * i + c]);
            }
            difference.data()[4 * i + 3] = edge;
        }
        FloatImage spread = LowPass.gaussian(difference, REACH * eyeDistance);
        for (int i = 0; i < mask.pixels(); i++) {
            float weight = spread.data()[4 * i + 3] + STIFFNESS;
            for (int c = 0; c < 3; c++) {
                fused.data()[3 * i + c] += spread.data()[4 * i + c] / weight;
            }
        }
    }
}
