package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EyeMouthStateTest {
    private static final double SHUT = 0.02;
    private static final double OPEN = 0.4;
    private static final FaceTopology TOPOLOGY = SyntheticFace.TOPOLOGY;
    private static final Mesh FACE = SyntheticFace.mesh(200, 200, 10, 0);

    @ParameterizedTest
    @CsvSource({
        OPEN + "," + OPEN + ", false",
        SHUT + "," + SHUT + ", false",
        OPEN + "," + SHUT + ", true",
        SHUT + "," + OPEN + ", true",
    })
    void keepsAMouthThatOnlyOneOfBothHasOpen(double template, double user, boolean keeps) {
        EyeMouthState openings = EyeMouthState.of(mouth(template), mouth(user), TOPOLOGY);
        assertThat(openings.keepsMouth()).isEqualTo(keeps);
        assertThat(openings.keepsEyes())
                .isEqualTo(EyeMouthState.of(FACE, FACE, TOPOLOGY).keepsEyes());
    }

    @ParameterizedTest
    @CsvSource({
        OPEN + "," + OPEN + ", false",
        OPEN + "," + SHUT + ", true",
        SHUT + "," + OPEN + ", true",
    })
    void keepsEyesThatOnlyOneOfBothHasOpen(double template, double user, boolean keeps) {
        Mesh templateFace = SyntheticFace.eyesOpened(FACE, template);
        Mesh userFace = SyntheticFace.eyesOpened(FACE, user);
        assertThat(EyeMouthState.of(templateFace, userFace, TOPOLOGY).keepsEyes())
                .isEqualTo(keeps);
    }

    /** A parabola of height h over width w, up and down, encloses ⅔·h·w. */
    @Property(tries = 100)
    void opennessIsAreaOverSquaredWidth(
            @ForAll @DoubleRange(min = 0, max = 1) double height,
            @ForAll @DoubleRange(min = 0.2, max = 40) double scale) {
        Mesh mesh = SyntheticFace.opened(SyntheticFace.mesh(50, 60, scale, 0), TOPOLOGY.lipsInner(), height);
        Assertions.assertThat(EyeMouthState.openness(mesh, TOPOLOGY.lipsInner()))
                .isCloseTo(2 * height / 3, Assertions.within(0.02 + 0.05 * height));
    }

    private static Mesh mouth(double heightOverWidth) {
        return SyntheticFace.opened(FACE, TOPOLOGY.lipsInner(), heightOverWidth);
    }
}
