package dev.facefuse.engine.fusion;

/**
 * The networks of the UNet fusion (damo/cv_unet-image-face-fusion_damo). Tensors are row-major: batch, channel, row, column; pictures
 * are red, green, blue. Safe from several threads at once.
 */
public interface UnetNetworks {
    /**
     * The identity of a face.
     *
     * @param face 1×3×112×112, −1 … 1
     * @return 512 values, a unit vector
     */
    float[] embedding(float[] face);

    /**
     * Coefficients of the face model.
     *
     * @param faces n×3×224×224, 0 … 1
     * @return n×257
     */
    float[] coefficients(float[] faces, int n);

    /**
     * The template's face with the user's identity.
     *
     * @param target the template's crop, 1×3×256×256, −1 … 1
     * @param embedding of the user, 512
     * @param fusedJaw 17×2, −1 … 1: the jaw line of the result
     * @param targetJaw 17×2, −1 … 1: the template's
     * @return 3×256×256, −1 … 1
     */
    float[] fused(float[] target, float[] embedding, float[] fusedJaw, float[] targetJaw);

    /** Whether there is an enhancer. */
    boolean hasEnhancer();

    /**
     * The face with more detail.
     *
     * @param face 1×3×1024×1024, −1 … 1
     * @return 3×1024×1024, about −1 … 1
     */
    float[] enhanced(float[] face);
}
