package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SmoothstepTest {
    @Property
    void neverFalls(
            @ForAll @DoubleRange(min = -5, max = 5) double from,
            @ForAll @DoubleRange(min = 0.01, max = 5) double width,
            @ForAll @DoubleRange(min = -12, max = 12) double one,
            @ForAll @DoubleRange(min = -12, max = 12) double other) {
        double low = Smoothstep.between(from, from + width, Math.min(one, other));
        double high = Smoothstep.between(from, from + width, Math.max(one, other));
        assertThat(low).isBetween(0.0, 1.0).isLessThanOrEqualTo(high);
        assertThat(high).isLessThanOrEqualTo(1);
    }

    @Test
    void isHalfHalfway() {
        assertThat(Smoothstep.between(2, 4, 2)).isZero();
        assertThat(Smoothstep.between(2, 4, 3)).isCloseTo(0.5, within(1e-12));
        assertThat(Smoothstep.between(2, 4, 4)).isEqualTo(1);
    }
}
