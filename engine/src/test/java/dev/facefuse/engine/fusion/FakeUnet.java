package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Networks that return given results and check the shape and range of their inputs.
 *
 * @param generator from the template's crop to the fused one
 * @param enhancer from a crop to an enhanced one; null for a pack without
 */
public record FakeUnet(
        UnaryOperator<float[]> generator, @Nullable UnaryOperator<float[]> enhancer) implements UnetNetworks {
    /** 17 vertices on a half circle, which the first coefficient moves to the right. */
    public static final FaceModel MODEL = model();

    /** The mean of the user's first coefficient and the template's. */
    private static final float BETWEEN = 1;

    private static FaceModel model() {
        float[][] mean = new float[FaceModel.POINTS][];
        for (int i = 0; i < mean.length; i++) {
            double angle = Math.PI * i / (mean.length - 1);
            mean[i] = new float[] {(float) Math.cos(angle), (float) -Math.sin(angle), 0};
        }
        float[][] identity = new float[3 * FaceModel.POINTS][80];
        for (int i = 0; i < identity.length; i += 3) {
            identity[i][0] = 0.1f;
        }
        return new FaceModel(mean, identity, new float[3 * FaceModel.POINTS][64]);
    }

    @Override
    public float[] embedding(float[] face) {
        assertThat(face).hasSize(3 * 112 * 112);
        assertRange(face, -1);
        float[] embedding = new float[512];
        embedding[7] = 1;
        return embedding;
    }

    /** All coefficients are 0, except the user's first. */
    @Override
    public float[] coefficients(float[] faces, int n) {
        assertThat(n).isEqualTo(2);
        assertThat(faces).hasSize(2 * 3 * 224 * 224);
        assertRange(faces, 0);
        float[] coefficients = new float[2 * FaceModel.COEFFICIENTS];
        coefficients[0] = 2 * BETWEEN;
        return coefficients;
    }

    @Override
    public float[] fused(float[] target, float[] embedding, float[] fusedJaw, float[] targetJaw) {
        assertThat(target).hasSize(3 * 256 * 256);
        assertRange(target, -1);
        assertThat(embedding[7]).isEqualTo(1);
        assertThat(targetJaw).isEqualTo(MODEL.project(new float[FaceModel.COEFFICIENTS]));
        float[] between = new float[FaceModel.COEFFICIENTS];
        between[0] = BETWEEN;
        assertThat(fusedJaw).isEqualTo(MODEL.project(between)).isNotEqualTo(targetJaw);
        return generator.apply(target);
    }

    @Override
    public boolean hasEnhancer() {
        return enhancer != null;
    }

    @Override
    public float[] enhanced(float[] face) {
        if (enhancer == null) {
            throw new AssertionError("There is no enhancer");
        }
        assertThat(face).hasSize(3 * 1024 * 1024);
        assertRange(face, -1);
        return enhancer.apply(face);
    }

    private static void assertRange(float[] values, float least) {
        for (float value : values) {
            if (!(value >= least - 1e-5f && value <= 1 + 1e-5f)) {
                throw new AssertionError(value + " is outside " + least + " … 1");
            }
        }
    }

    /** A level of a pixel. */
    @FunctionalInterface
    interface Level {
        double at(int x, int y);
    }

    /** An oval that fades towards the crop's edges, like a pack's mask. */
    public static byte[] oval() {
        return mask((x, y) -> 255 * Smoothstep.between(0, 0.3, 1 - Math.hypot((x - 127.5) / 105, (y - 135.0) / 115)));
    }

    /** An 8-bit grey PNG of 256×256. */
    static byte[] mask(Level level) {
        try (Mat grey = new Mat(256, 256, opencv_core.CV_8UC1);
                BytePointer encoded = new BytePointer()) {
            ByteBuffer pixels = grey.createBuffer();
            for (int i = 0; i < 256 * 256; i++) {
                pixels.put((byte) Math.round(level.at(i % 256, i / 256)));
            }
            opencv_imgcodecs.imencode(".png", grey, encoded);
            byte[] png = new byte[(int) encoded.limit()];
            encoded.get(png);
            return png;
        }
    }
}
