package dev.facefuse.engine.face;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceTopologyTest {
    private static final String JSON = new String(ModelPack.embedded("mesh").asset("topology"), UTF_8);

    @Test
    void readsThePacks() {
        FaceTopology topology = FaceTopology.read(JSON.getBytes(UTF_8));
        assertThat(topology.triangles()).hasNumberOfRows(898);
        assertThat(topology.vertices()).hasNumberOfRows(Mesh.POINTS);
        assertThat(topology.leftEye()).contains(33, 133);
        assertThat(topology.rightEye()).contains(263, 362);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "rubbish", "{\"vertices\": [[1, 2, 3]]}", "{\"mirror\": 7}"})
    void refusesWhatIsNone(String json) {
        assertInvalid(json);
    }

    @ParameterizedTest
    @CsvSource({"mirror", "oval", "lipsInner", "leftEye", "rightBrow", "triangles", "vertices"})
    void refusesOneThatLacksAMember(String member) {
        assertInvalid(JSON.replace("\"" + member + "\"", "\"x\""));
        assertInvalid(JSON.replaceFirst("\"" + member + "\": ?\\[", "\"" + member + "\": null, \"x\": ["));
    }

    @ParameterizedTest
    @ValueSource(strings = {"468", "-1", "null", "[]", "\"a\""})
    void refusesAPointThatAMeshDoesNotHave(String index) {
        assertInvalid(JSON.replaceFirst("\"oval\": ?\\[10,", "\"oval\": [" + index + ","));
    }

    private static void assertInvalid(String json) {
        assertThat(json).isNotEqualTo(JSON);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FaceTopology.read(json.getBytes(UTF_8)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID))
                .withMessageContaining("topology");
    }
}
