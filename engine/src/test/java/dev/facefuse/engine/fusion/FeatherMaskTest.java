package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FeatherMaskTest {
    @Test
    void readsLevelsAsShares() {
        Planes mask = FeatherMask.read(FakeUnet.mask((x, y) -> x == 3 && y == 200 ? 255 : 51));
        assertThat(mask.channels()).isEqualTo(1);
        assertThat(mask.edge()).isEqualTo(256);
        assertThat(mask.at(0, 3, 200)).isEqualTo(1);
        assertThat(mask.at(0, 200, 3)).isEqualTo(0.2f);
    }

    static Stream<byte[]> others() {
        try (Mat colours = Samples.grey(256, 256)) {
            return Stream.of(new byte[0], new byte[] {1, 2, 3}, Samples.png(colours), Samples.ASTRONAUT);
        }
    }

    @ParameterizedTest
    @MethodSource("others")
    void refusesOtherPictures(byte[] png) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FeatherMask.read(png))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID));
    }
}
