package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.memory.Footprint.Part;
import dev.facefuse.engine.memory.Footprint.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintTest {
    private static final Role SMALL = new Role("small", 4, List.of(new Part(10, 3)));
    private static final Role LARGE =
            new Role("large", 1, List.of(new Part(100, 50), new Part(300, 20), new Part(200, 70)));

    @Test
    void calculatesThePeakOfEachPlan() {
        Footprint footprint = new Footprint(List.of(SMALL, LARGE), 1);
        assertThat(footprint.bytes(Plan.RESIDENT)).isEqualTo(610 + 70);
        assertThat(footprint.bytes(Plan.STAGED)).isEqualTo(600 + 70);
        assertThat(footprint.bytes(Plan.STREAMED)).isEqualTo(300 + 20);
        assertThat(footprint.bytes(Plan.HOST)).isZero();
    }

    @Test
    void concurrentFusionsShareOnlyResidentWeights() {
        Footprint footprint = new Footprint(List.of(SMALL, LARGE), 2);
        assertThat(footprint.bytes(Plan.RESIDENT)).isEqualTo(610 + 2 * 70);
        assertThat(footprint.bytes(Plan.STAGED)).isEqualTo(2 * 670);
        assertThat(footprint.bytes(Plan.STREAMED)).isEqualTo(2 * 320);
    }

    @Test
    void multipliesActivationsByTheBatch() {
        Footprint footprint = new Footprint(List.of(new Role("mesh", 8, List.of(new Part(5, 2)))), 1);
        assertThat(footprint.bytes(Plan.STREAMED)).isEqualTo(5 + 8 * 2);
    }

    @Test
    void rejectsInvalidNetworks() {
        assertThatThrownBy(() -> new Role("empty", 1, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Footprint(List.of(SMALL), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
