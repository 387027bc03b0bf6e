package dev.facefuse.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The pack's outputs equal those of the original files in TensorFlow.js; {@code models/README.md} says how the golden files were made. */
class ParityTest {
    private static final String GOLDEN = "/golden/";

    /** Relative to the largest value of an output, or to 1 if all are smaller. */
    private static final double TOLERANCE = 1e-5;

    /** A crop of a sample and the original network's outputs for it. */
    record Golden(String role, String sample, String crop, Map<String, float[]> outputs) {
        @Override
        public String toString() {
            return role + " of " + sample;
        }
    }

    static List<Golden> goldens() throws IOException {
        List<Golden> goldens = new ArrayList<>();
        for (JsonNode crop : MeshPack.json(GOLDEN + "index.json").get("crops")) {
            Map<String, float[]> outputs = new java.util.LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> output : crop.get("outputs").properties()) {
                outputs.put(
                        output.getKey(), floats(output.getValue().get("file").asString()));
            }
            goldens.add(new Golden(
                    crop.get("role").asString(),
                    crop.get("sample").asString(),
                    crop.get("crop").asString(),
                    outputs));
        }
        return goldens;
    }

    private static float[] floats(String file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(MeshPack.resource(GOLDEN + file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    @Test
    void everyRoleIsProvenOnBothSamples() throws IOException {
        assertThat(goldens())
                .extracting(Golden::toString)
                .containsExactlyInAnyOrder(
                        "detector of astronaut",
                        "detector of mona-lisa",
                        "mesh of astronaut",
                        "mesh of mona-lisa",
                        "embedding of astronaut",
                        "embedding of mona-lisa");
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void givesWhatTensorFlowGives(Golden golden) throws IOException {
        float[] input = input(golden.role, golden.crop);
        assertGives(golden, run(golden.role, input, 1), 0, 1);
    }

    /** The engine runs batches of two and of eight. */
    @ParameterizedTest
    @MethodSource("goldens")
    void givesTheSameFromTheMiddleOfABatch(Golden golden) throws IOException {
        float[] input = input(golden.role, golden.crop);
        float[] batch = new float[3 * input.length];
        System.arraycopy(input, 0, batch, input.length, input.length);
        assertGives(golden, run(golden.role, batch, 3), 1, 3);
    }

    private static void assertGives(Golden golden, List<float[]> outputs, int index, int batch) {
        assertThat(outputs).hasSameSizeAs(golden.outputs.entrySet());
        int i = 0;
        for (Map.Entry<String, float[]> expected : golden.outputs.entrySet()) {
            float[] output = outputs.get(i++);
            int length = expected.getValue().length;
            assertThat(output).as(expected.getKey()).hasSize(batch * length);
            double largest = 1;
            double difference = 0;
            for (int k = 0; k < length; k++) {
                largest = Math.max(largest, Math.abs(expected.getValue()[k]));
                difference = Math.max(difference, Math.abs(expected.getValue()[k] - output[index * length + k]));
            }
            assertThat(difference).as(expected.getKey()).isLessThanOrEqualTo(TOLERANCE * largest);
        }
    }

    private static List<float[]> run(String role, float[] batch, int n) throws IOException {
        int side = (int) Math.round(Math.sqrt(batch.length / (3.0 * n)));
        try (ScriptModel model = MeshPack.load(role);
                TensorScope scope = TensorScope.open()) {
            Tensor image = scope.floats(batch, n, 3, side, side);
            return model.run(scope, Map.of("image", image)).stream()
                    .map(Tensor::toFloats)
                    .toList();
        }
    }

    /** Planes as {@code pack.json} describes them, computed here again because this test uses no code of the engine. */
    private static float[] input(String role, String crop) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(MeshPack.resource(GOLDEN + crop)));
        int area = image.getWidth() * image.getHeight();
        float[] planes = new float[3 * area];
        for (int i = 0; i < area; i++) {
            int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
            float red = rgb >> 16 & 0xFF;
            float green = rgb >> 8 & 0xFF;
            float blue = rgb & 0xFF;
            float[] pixel =
                    switch (role) {
                        case "detector" -> new float[] {red / 127.5f - 1, green / 127.5f - 1, blue / 127.5f - 1};
                        case "mesh" -> new float[] {red / 255, green / 255, blue / 255};
                        default -> new float[] {blue - 103.939f, green - 116.779f, red - 123.68f};
                    };
            for (int channel = 0; channel < 3; channel++) {
                planes[channel * area + i] = pixel[channel];
            }
        }
        return planes;
    }
}
