package dev.facefuse.engine.fusion;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jaw line of a morphable face model (BFM 2009, Paysan et al.; expressions of FaceWarehouse, Cao et al. 2014): 17 vertices
 * as a linear function of the shape network's coefficients, projected by a camera to the network's 224×224 crop, whose pixels are
 * scaled to −1 … 1.
 *
 * <p>The network's 257 coefficients are 80 for identity, 64 for expression, 80 for texture, 3 angles in radians about x, y and z, 27 for
 * lighting and 3 for translation.
 *
 * @param mean 17 × (x, y, z), about the mean of all vertices of the model
 * @param identity 51 × 80: x, y, z of the first vertex, of the second, …
 * @param expression 51 × 64, alike
 */
@SuppressWarnings("ArrayRecordComponent") // One shared table, never compared.
public record FaceModel(float[][] mean, float[][] identity, float[][] expression) {
    /** Points of the jaw line. */
    static final int POINTS = 17;

    /** Coefficients of one face. */
    static final int COEFFICIENTS = 257;

    private static final int IDENTITIES = 80;
    private static final int EXPRESSIONS = 64;
    private static final int EXPRESSION_AT = IDENTITIES;
    private static final int ANGLES_AT = 224;
    private static final int TRANSLATION_AT = 254;

    private static final double CROP_PX = 224;
    private static final double FOCAL_LENGTH_PX = 1015;
    private static final double CAMERA_DISTANCE = 10;

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Reads a pack's asset {@code face-model}.
     *
     * @throws FuseException {@code pack-invalid} if it is not such a model
     */
    public static FaceModel read(byte[] json) {
        FaceModel model;
        try {
            model = JSON.readValue(json, FaceModel.class);
        } catch (JacksonException e) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID, "The pack's face model is not JSON of the known form; export it again.", e);
        }
        if (model == null || !model.holds()) {
            throw new FuseException(
                    ErrorCode.PACK_INVALID,
                    "The pack's face model does not have 17 vertices, 80 identities and 64 expressions; export it again.");
        }
        return model;
    }

    private boolean holds() {
        return isMatrix(mean, POINTS, 3)
                && isMatrix(identity, 3 * POINTS, IDENTITIES)
                && isMatrix(expression, 3 * POINTS, EXPRESSIONS);
    }

    private static boolean isMatrix(float @Nullable [][] matrix, int rows, int columns) {
        return matrix != null
                && matrix.length == rows
                && Arrays.stream(matrix).allMatch(row -> row != null && row.length == columns);
    }

    /**
     * The template's face with the shape of both: the mean of the identities, all else the template's.
     *
     * @param user 257 coefficients
     * @param template 257 coefficients
     */
    static float[] fused(float[] user, float[] template) {
        float[] fused = template.clone();
        for (int i = 0; i < IDENTITIES; i++) {
            fused[i] = (user[i] + template[i]) / 2;
        }
        return fused;
    }

    /**
     * The jaw line as the camera sees it.
     *
     * @param coefficients 257
     * @return 17 × (x, y), −1 … 1 across the crop, x right, y down
     */
    float[] project(float[] coefficients) {
        double[][] rotation =
                rotation(coefficients[ANGLES_AT], coefficients[ANGLES_AT + 1], coefficients[ANGLES_AT + 2]);
        float[] projected = new float[2 * POINTS];
        double[] vertex = new double[3];
        double[] seen = new double[3];
        for (int i = 0; i < POINTS; i++) {
            for (int axis = 0; axis < 3; axis++) {
                vertex[axis] = mean[i][axis]
                        + product(identity[3 * i + axis], coefficients, 0)
                        + product(expression[3 * i + axis], coefficients, EXPRESSION_AT);
            }
            for (int axis = 0; axis < 3; axis++) {
                seen[axis] = rotation[axis][0] * vertex[0]
                        + rotation[axis][1] * vertex[1]
                        + rotation[axis][2] * vertex[2]
                        + coefficients[TRANSLATION_AT + axis];
            }
            double depth = CAMERA_DISTANCE - seen[2];
            projected[2 * i] = (float) (2 * (FOCAL_LENGTH_PX * seen[0] / depth) / CROP_PX);
            projected[2 * i + 1] = (float) (-2 * (FOCAL_LENGTH_PX * seen[1] / depth) / CROP_PX);
        }
        return projected;
    }

    private static double product(float[] row, float[] coefficients, int from) {
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += row[i] * coefficients[from + i];
        }
        return sum;
    }

    /** {@code Rz·Ry·Rx}, to be multiplied with column vectors. */
    private static double[][] rotation(double x, double y, double z) {
        double cx = Math.cos(x);
        double sx = Math.sin(x);
        double cy = Math.cos(y);
        double sy = Math.sin(y);
        double cz = Math.cos(z);
        double sz = Math.sin(z);
        return new double[][] {
            {cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx},
            {sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx},
            {-sy, cy * sx, cy * cx}
        };
    }
}
