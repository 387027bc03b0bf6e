package dev.facefuse.engine.fusion;

/**
 * Removes the seam between a fused face and the template: the colour difference along the mask's edge is added to the face, fading
 * towards its middle. This is the smooth membrane of seamless cloning (P. Pérez and others, "Poisson Image Editing", 2003), computed
 * as a normalised convolution instead of a linear system.
 */
final class MembraneBlend {
    /** Distance over which the edge's correction fades, in eye distances. */
    private static final double REACH = 0.25;

    /** Weight of "no correction" against the edge's correction; a smaller weight carries the edge farther. */
    private static final float STIFFNESS = 0.2f;

    private MembraneBlend() {}

    /**
     * Corrects a fused face in place.
     *
     * @param fused Lab
     * @param template Lab
     * @param mask 0 … 1, with a soft edge between
     * @param inside 1 where {@code fused} is defined
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
