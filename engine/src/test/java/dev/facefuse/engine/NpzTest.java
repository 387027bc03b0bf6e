package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NpzTest {
    private static final Npz GEOMETRY = new Npz(Npz.GOLDEN.resolve("geometry.npz"));

    @Test
    void readsWhatNumpySaved() {
        Npz.Array doubles = GEOMETRY.get("reference_112");
        assertThat(doubles.shape()).containsExactly(5, 2);
        assertThat(doubles.values()).hasSize(10).startsWith(38.29459953, 51.69630051);
        assertThat(GEOMETRY.get("coefficients.source").shape()).containsExactly(1, 257);
        assertThat(GEOMETRY.get("coefficients.source").floats()).hasSize(257);
        assertThat(GEOMETRY.get("face_model.keypoints").values()).hasSize(68).satisfies(indices -> assertThat(
                        Arrays.stream(indices))
                .allMatch(i -> i == Math.rint(i) && i >= 0 && i < 120));
    }

    @Test
    void namesAnArrayThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GEOMETRY.get("nothing"))
                .withMessageContaining("nothing");
    }
}
