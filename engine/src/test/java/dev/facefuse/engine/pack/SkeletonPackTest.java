package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facefuse.engine.Npz;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the networks with synthetic weights compute the same as the original networks with these weights. */
class SkeletonPackTest {
    private static final Npz GOLDEN = new Npz(Npz.GOLDEN.resolve("golden.npz"));
    private static final int ENHANCED_PX = 1024;

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource({
        "identity, FLOAT32, 1e-4", "identity, BFLOAT16, 2e-2",
        "shape, FLOAT32, 1e-4", "shape, BFLOAT16, 2e-2",
        "generator, FLOAT32, 1e-4", "generator, BFLOAT16, 2e-2",
        "enhancer, FLOAT32, 1e-4", "enhancer, BFLOAT16, 2e-2"
    })
    void computesTheSameAsTheOriginal(String role, Dtype dtype, double tolerance) {
        assumeThat(dtype == Dtype.FLOAT32 || Libtorch.load().bfloat16())
                .as("this CPU supports %s", dtype)
                .isTrue();
        Map<String, float[]> outputs = run(role, dtype);
        switch (role) {
            case "identity" -> assertNear("identity.embedding", outputs.get("embedding"), tolerance);
            case "shape" -> assertNear("shape.coefficients", outputs.get("coefficients"), tolerance);
            case "generator" -> {
                assertNear("generator.deformed", outputs.get("deformed"), tolerance);
                assertNear("generator.fused", outputs.get("fused"), tolerance);
            }
            default -> {
                float[] enhanced = outputs.get("enhanced");
                assertNear("enhancer.every4th", crop(enhanced, 0, ENHANCED_PX, 4), tolerance);
                assertNear("enhancer.crop_centre", crop(enhanced, 448, 576, 1), tolerance);
                assertNear("enhancer.crop_corner", crop(enhanced, 0, 128, 1), tolerance);
            }
        }
    }

    /** Runs a role and returns the outputs of all its parts, by name. */
    private static Map<String, float[]> run(String name, Dtype dtype) {
        ModelPack pack = ModelPack.embedded("damo-unet-skeleton");
        Manifest.Role role = pack.role(name);
        Map<String, float[]> outputs = new HashMap<>();
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> tensors = new HashMap<>();
            Map<String, float[]> inputs = StandInInputs.of(name);
            for (Manifest.Port port : role.inputs()) {
                long[] shape = port.shape().stream()
                        .mapToLong(size -> Math.max(1, size))
                        .toArray();
                Tensor input = scope.floats(inputs.get(port.name()), shape);
                tensors.put(port.name(), port.isExact() ? input : scope.to(input, Device.CPU, dtype));
            }
            for (Manifest.Part part : role.parts()) {
                try (ScriptModel model = pack.load(part, dtype)) {
                    assertThat(model.weightBytes())
                            .isEqualTo(part.memory().get(dtype.jsonName()).weightBytes());
                    assertThat(model.halfPrecision()).isEmpty();
                    Map<String, Tensor> arguments = new HashMap<>();
                    part.inputs().forEach(input -> arguments.put(input, tensors.get(input)));
                    List<Tensor> results = model.run(scope, arguments);
                    for (int i = 0; i < results.size(); i++) {
                        tensors.put(part.outputs().get(i), results.get(i));
                        outputs.put(part.outputs().get(i), results.get(i).toFloats());
                    }
                }
            }
        }
        return outputs;
    }

    private static float[] crop(float[] picture, int from, int to, int step) {
        int side = (to - from) / step;
        float[] crop = new float[3 * side * side];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    crop[(c * side + y) * side + x] =
                            picture[(c * ENHANCED_PX + from + step * y) * ENHANCED_PX + from + step * x];
                }
            }
        }
        return crop;
    }

    /** Asserts that ‖actual − expected‖ / ‖expected‖ is less than the tolerance. */
    private static void assertNear(String array, float[] actual, double tolerance) {
        double[] expected = GOLDEN.get(array).values();
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }
        assertThat(Math.sqrt(difference / norm)).as(array).isLessThan(tolerance);
    }
}
