package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BoxTest {
    private static final double EXACT = 1e-9;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void overlapIsAShareAndSymmetric(@ForAll("boxes") Box one, @ForAll("boxes") Box other) {
        assertThat(one.overlap(other)).isBetween(0.0, 1.0).isCloseTo(other.overlap(one), within(EXACT));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void containmentIsAShareAndNoLessThanOverlap(@ForAll("boxes") Box one, @ForAll("boxes") Box other) {
        assertThat(one.containment(other)).isBetween(0.0, 1 + EXACT).isCloseTo(other.containment(one), within(EXACT));
        assertThat(one.containment(other)).isGreaterThanOrEqualTo(one.overlap(other) - EXACT);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aBoxHoldsAnyPartOfItself(@ForAll("boxes") Box box) {
        assertThat(box.containment(new Box(box.x(), box.y(), box.width() / 3, box.height() / 2)))
                .isCloseTo(1, within(EXACT));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aBoxIsAllOfItself(@ForAll("boxes") Box box) {
        assertThat(box.overlap(box)).isCloseTo(1, within(EXACT));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void boxesSideBySideShareNothing(@ForAll("boxes") Box box) {
        assertThat(box.overlap(new Box(box.x() + box.width(), box.y(), 5, 5))).isCloseTo(0, within(EXACT));
        assertThat(box.overlap(new Box(box.x(), box.y() - 7, 5, 7))).isCloseTo(0, within(EXACT));
    }

    @Provide
    Arbitrary<Box> boxes() {
        Arbitrary<Double> places = Arbitraries.doubles().between(-100, 100);
        Arbitrary<Double> sizes = Arbitraries.doubles().between(0.5, 100);
        return Combinators.combine(places, places, sizes, sizes).as(Box::new);
    }

    @Test
    void aQuarterOverAQuarterIsASeventh() {
        assertThat(new Box(0, 0, 2, 2).overlap(new Box(1, 1, 2, 2))).isCloseTo(1 / 7.0, within(EXACT));
    }

    @Test
    void knowsItsCentreAndArea() {
        Box box = new Box(-1, 2, 4, 6);
        assertThat(box.centre()).isEqualTo(new Point(1, 5));
        assertThat(box.area()).isEqualTo(24);
    }
}
