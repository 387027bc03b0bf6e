package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.nativelib.Dtype;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviationTest {
    @Test
    void isRelativeToWhatIsExpected() {
        assertThat(Deviation.between(List.of(3.0, 4.5), List.of(3.0, 4.0))).isCloseTo(0.1, within(1e-12));
        assertThat(Deviation.between(List.of(30.0, 45.0), List.of(30.0, 40.0))).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void isNoneBetweenTheSame() {
        assertThat(Deviation.between(List.of(1.0, -2.0), List.of(1.0, -2.0))).isZero();
    }

    @Test
    void isInfiniteWhereThereIsNothingToCompare() {
        assertThat(Deviation.between(List.of(1.0), List.of(1.0, 2.0))).isInfinite();
        assertThat(Deviation.between(List.of(Double.NaN), List.of(1.0))).isInfinite();
        assertThat(Deviation.between(List.of(Double.NEGATIVE_INFINITY), List.of(1.0)))
                .isInfinite();
    }

    @Test
    void mayBeLargerInSixteenBits() {
        assertThat(Deviation.most(Dtype.FLOAT32)).isEqualTo(1e-3);
        assertThat(Deviation.most(Dtype.BFLOAT16)).isEqualTo(2e-2);
    }
}
