package dev.facefuse.engine.pack;

import java.nio.FloatBuffer;
import java.util.Map;

/** The inputs from which golden.npz was computed, as in {@code inputs()} of {@code facefuse_export/damo/standin.py}. */
public final class StandInInputs {
    private static final int COARSE = 9;
    private static final int POINTS = 17;
    private static final double UNIT = 0x1p-53;

    private StandInInputs() {}

    /** A role's inputs by name, row-major. */
    public static Map<String, float[]> of(String role) {
        return switch (role) {
            case "identity" -> Map.of("face", picture("in.identity.face", 112, -1));
            case "shape" -> Map.of("face", picture("in.shape.face", 224, 0));
            case "generator" ->
                Map.of(
                        "target", picture("in.generator.target", 256, -1),
                        "embedding", embedding(),
                        "kp_fused", points("in.generator.kp_fused"),
                        "kp_target", points("in.generator.kp_target"));
            case "enhancer" -> Map.of("face", picture("in.enhancer.face", 1024, -1));
            default -> throw new IllegalArgumentException(role);
        };
    }

    private static float[] uniform(String name, int count, double low, double high) {
        Philox random = Philox.of(name);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (low + (high - low) * ((random.next64() >>> 11) * UNIT));
        }
        return values;
    }

    /** A coarse picture of uniform noise between {@code low} and 1, enlarged bilinearly. */
    private static float[] picture(String name, int size, double low) {
        float[] coarse = uniform(name, 3 * COARSE * COARSE, low, 1);
        float[] picture = new float[3 * size * size];
        for (int y = 0; y < size; y++) {
            double aty = (COARSE - 1.0) * y / (size - 1);
            int cy = Math.min((int) aty, COARSE - 2);
            float fy = (float) (aty - cy);
            for (int x = 0; x < size; x++) {
                double atx = (COARSE - 1.0) * x / (size - 1);
                int cx = Math.min((int) atx, COARSE - 2);
                float fx = (float) (atx - cx);
                for (int c = 0; c < 3; c++) {
                    int corner = (c * COARSE + cy) * COARSE + cx;
                    float left = coarse[corner] * (1 - fy) + coarse[corner + COARSE] * fy;
                    float right = coarse[corner + 1] * (1 - fy) + coarse[corner + COARSE + 1] * fy;
                    picture[(c * size + y) * size + x] = left * (1 - fx) + right * fx;
                }
            }
        }
        return picture;
    }

    private static float[] embedding() {
        float[] embedding = new float[512];
        StandardNormal.fill(FloatBuffer.wrap(embedding), Philox.of("in.generator.embedding"));
        double square = 0;
        for (float value : embedding) {
            square += (double) value * value;
        }
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] /= (float) Math.sqrt(square);
        }
        return embedding;
    }

    private static float[] points(String name) {
        float[] points = uniform(name, 2 * POINTS, -0.05, 0.05);
        for (int i = 0; i < POINTS; i++) {
            double x = -0.6 + 1.2 * i / (POINTS - 1);
            points[2 * i] += (float) x;
            points[2 * i + 1] += (float) (0.7 - x * x);
        }
        return points;
    }
}
