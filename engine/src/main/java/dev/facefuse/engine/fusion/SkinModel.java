package dev.facefuse.engine.fusion;

import dev.facefuse.engine.face.Mesh;

/**
 * Models the skin colour of one face from its cheeks, to tell a fringe or a veil from a forehead. Lab colours, L 0 … 100.
 */
final class SkinModel {
    /** Vertices on cheeks and nose, which hair hardly ever covers. */
    private static final int[] SKIN_POINTS = {50, 280, 205, 425, 101, 330, 36, 266, 5, 195};

    private static final double SAMPLE_RADIUS = 0.12;
    private static final double[] LEAST_SPREAD = {7, 3.5, 4.5};

    /** Weight of luminance above the mean: brighter skin is lit skin. */
    private static final double LIT_SHARE = 0.35;

    private static final double SKIN_TO = 2.2;
    private static final double HAIR_FROM = 4.2;

    private final double[] mean = new double[3];
    private final double[] spread = new double[3];

    /**
     * Learns from a face.
     *
     * @param lab the face on the canvas
     * @param mesh on the canvas
     */
    SkinModel(FloatImage lab, Mesh mesh) {
        double radius = Math.max(1, SAMPLE_RADIUS * mesh.eyeDistance());
        double[] squares = new double[3];
        double n = 1e-9;
        for (int point : SKIN_POINTS) {
            int minX = (int) Math.max(0, mesh.x(point) - radius);
            int maxX = (int) Math.min(lab.width() - 1.0, mesh.x(point) + radius);
            int minY = (int) Math.max(0, mesh.y(point) - radius);
            int maxY = (int) Math.min(lab.height() - 1.0, mesh.y(point) + radius);
            for (int y = minY; y <= maxY; y++) {
                for (int x = minX; x <= maxX; x++) {
                    int i = 3 * (y * lab.width() + x);
                    for (int c = 0; c < 3; c++) {
                        mean[c] += lab.data()[i + c];
                        squares[c] += lab.data()[i + c] * lab.data()[i + c];
                    }
                    n++;
                }
            }
        }
        for (int c = 0; c < 3; c++) {
            mean[c] /= n;
            spread[c] = Math.max(LEAST_SPREAD[c], Math.sqrt(Math.max(0, squares[c] / n - mean[c] * mean[c])));
        }
    }

    /** Similarity of a colour to this skin, 0 … 1. */
    double likelihood(float l, float a, float b) {
        double dl = (l - mean[0]) / spread[0];
        if (dl > 0) {
            dl *= LIT_SHARE;
        }
        double da = (a - mean[1]) / spread[1];
        double db = (b - mean[2]) / spread[2];
        return 1 - Smoothstep.between(SKIN_TO, HAIR_FROM, Math.sqrt(dl * dl + da * da + db * db));
    }
}
