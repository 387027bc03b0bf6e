package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
    @TempDir
    private Path folder;

    private Inputs written() throws IOException {
        Files.writeString(folder.resolve("inputs.json"), "{\"shape.face\": [2, 3]}");
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, 6});
        Files.write(folder.resolve("shape.face.f32"), bytes.array());
        return new Inputs(folder);
    }

    @Test
    void areReadByStageAndName() throws IOException {
        Inputs.Values face = written().of("shape").get("face");
        assertThat(face.shape()).containsExactly(2, 3);
        assertThat(face.data()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void giveOneOfABatch() throws IOException {
        Inputs.Values second = written().of("shape").get("face").one(1);
        assertThat(second.shape()).containsExactly(1, 3);
        assertThat(second.data()).containsExactly(4, 5, 6);
    }

    @Test
    void refuseAStageTheyDoNotKnow() throws IOException {
        Inputs inputs = written();
        assertThatIllegalArgumentException().isThrownBy(() -> inputs.of("identity"));
    }

    @Test
    void outputsAreSampledEvenly() {
        float[] output = new float[250];
        for (int i = 0; i < output.length; i++) {
            output[i] = i;
        }
        List<Double> sample = ContenderService.sample(output);
        assertThat(sample).hasSize(100).startsWith(0.0, 2.0, 5.0).endsWith(245.0, 247.0);
    }
}
