package dev.facefuse.engine.fusion;

/**
 * Networks that take no time, so that only the engine's own work is measured.
 *
 * @param fused 3×256×256
 * @param enhanced 3×1024×1024
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record InstantNetworks(float[] fused, float[] enhanced) implements UnetNetworks {
    private static final int EMBEDDING = 512;

    @Override
    public float[] embedding(float[] face) {
        return new float[EMBEDDING];
    }

    @Override
    public float[] coefficients(float[] faces, int n) {
        return new float[n * FaceModel.COEFFICIENTS];
    }

    @Override
    public float[] fused(float[] target, float[] embedding, float[] fusedJaw, float[] targetJaw) {
        return fused;
    }

    @Override
    public boolean hasEnhancer() {
        return true;
    }

    @Override
    public float[] enhanced(float[] face) {
        return enhanced;
    }
}
