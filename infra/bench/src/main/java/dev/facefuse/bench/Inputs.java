package dev.facefuse.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The inputs of every contestant: {@code STAGE.NAME.f32}, little-endian, their shapes in {@code inputs.json}. */
public final class Inputs {
    private final Map<String, Map<String, Values>> byStage = new LinkedHashMap<>();

    /**
     * A tensor.
     *
     * @param data row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    public record Values(float[] data, long[] shape) {
        /** One of a batch, as a batch of one. */
        public Values one(int index) {
            int size = data.length / batch();
            long[] single = shape.clone();
            single[0] = 1;
            return new Values(Arrays.copyOfRange(data, index * size, (index + 1) * size), single);
        }

        /** How many the first axis has. */
        public int batch() {
            return Math.toIntExact(shape[0]);
        }
    }

    /** Reads a folder that {@code peers/original.py inputs} wrote. */
    public Inputs(Path folder) throws IOException {
        Map<String, long[]> shapes =
                new JsonMapper().readValue(folder.resolve("inputs.json"), new TypeReference<Map<String, long[]>>() {});
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            int dot = entry.getKey().indexOf('.');
            byStage.computeIfAbsent(entry.getKey().substring(0, dot), stage -> new LinkedHashMap<>())
                    .put(
                            entry.getKey().substring(dot + 1),
                            new Values(floats(folder.resolve(entry.getKey() + ".f32")), entry.getValue()));
        }
    }

    private static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    /** A network's inputs by name. */
    public Map<String, Values> of(String stage) {
        Map<String, Values> found = byStage.get(stage);
        if (found == null) {
            throw new IllegalArgumentException("No inputs for " + stage + "; there are some for " + byStage.keySet());
        }
        return found;
    }
}
