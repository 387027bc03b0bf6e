package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Npz;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the original implementation's results for a small face model. */
class FaceModelTest {
    private static final Npz GOLDEN = new Npz(Npz.GOLDEN.resolve("geometry.npz"));

    /** Tolerance in the range −1 … 1. */
    private static final double WITHIN = 1e-5;

    private final float[] user = GOLDEN.get("coefficients.source").floats();
    private final float[] template = GOLDEN.get("coefficients.target").floats();

    @Test
    void projectsAsTheOriginal() {
        FaceModel model = golden();
        assertNear(model.project(template), "kp_target");
        assertNear(model.project(FaceModel.fused(user, template)), "kp_fused");
    }

    private static void assertNear(float[] points, String name) {
        float[] expected = GOLDEN.get(name).floats();
        assertThat(points).hasSize(expected.length);
        for (int i = 0; i < points.length; i++) {
            assertThat((double) points[i]).isCloseTo(expected[i], within(WITHIN));
        }
    }

    /** The jaw line of the golden model, about the mean of all its vertices. */
    private static FaceModel golden() {
        double[] mean = GOLDEN.get("face_model.mean").values();
        double[] centre = new double[3];
        for (int i = 0; i < mean.length; i++) {
            centre[i % 3] += 3 * mean[i] / mean.length;
        }
        double[] keypoints = GOLDEN.get("face_model.keypoints").values();
        float[][] jaw = new float[FaceModel.POINTS][3];
        float[][] identity = new float[3 * FaceModel.POINTS][];
        float[][] expression = new float[3 * FaceModel.POINTS][];
        for (int i = 0; i < FaceModel.POINTS; i++) {
            for (int axis = 0; axis < 3; axis++) {
                int row = 3 * (int) keypoints[i] + axis;
                jaw[i][axis] = (float) (mean[row] - centre[axis]);
                identity[3 * i + axis] = row("face_model.id_base", row);
                expression[3 * i + axis] = row("face_model.exp_base", row);
            }
        }
        return new FaceModel(jaw, identity, expression);
    }

    private static float[] row(String name, int row) {
        Npz.Array base = GOLDEN.get(name);
        int width = base.shape()[1];
        return Arrays.copyOfRange(base.floats(), row * width, (row + 1) * width);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"mean\": [[1, 2, 3]], \"identity\": [[1]], \"expression\": [[1]]}",
                "{\"mean\": [null], \"identity\": [], \"expression\": []}"
            })
    void refusesWhatIsNoFaceModel(String json) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FaceModel.read(json.getBytes(StandardCharsets.UTF_8)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID));
    }
}
