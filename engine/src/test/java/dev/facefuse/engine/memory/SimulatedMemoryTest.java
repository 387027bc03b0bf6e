package dev.facefuse.engine.memory;

import static dev.facefuse.engine.memory.SimulatedMemory.MEBIBYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.memory.SimulatedMemory.Block;
import dev.facefuse.nativelib.NativeException;
import org.junit.jupiter.api.Test;

class SimulatedMemoryTest {

    @Test
    void allocatesBlocksFromSegments() {
        SimulatedMemory memory = new SimulatedMemory(64 * MEBIBYTE);
        Block small = memory.allocate(1);
        assertThat(memory.allocated()).isEqualTo(512);
        assertThat(memory.reserved()).isEqualTo(2 * MEBIBYTE);
        memory.allocate(5 * MEBIBYTE);
        assertThat(memory.reserved()).isEqualTo(22 * MEBIBYTE);
        memory.allocate(12 * MEBIBYTE);
        assertThat(memory.reserved()).isEqualTo(22 * MEBIBYTE); // It fits into the segment of 20 MiB.
        memory.allocate(12 * MEBIBYTE);
        assertThat(memory.reserved()).isEqualTo(34 * MEBIBYTE);
        memory.free(small);
        assertThat(memory.allocated()).isEqualTo(29 * MEBIBYTE);
        assertThat(memory.peak()).isEqualTo(29 * MEBIBYTE + 512);
    }

    @Test
    void cachesFreedBlocks() {
        SimulatedMemory memory = new SimulatedMemory(64 * MEBIBYTE);
        memory.free(memory.allocate(30 * MEBIBYTE));
        assertThat(memory.allocated()).isZero();
        assertThat(memory.reserved()).isEqualTo(30 * MEBIBYTE);
        memory.emptyCache();
        assertThat(memory.reserved()).isZero();
        assertThat(memory.free()).isEqualTo(64 * MEBIBYTE);
    }

    @Test
    void fragmentationCausesOutOfMemory() {
        SimulatedMemory memory = new SimulatedMemory(40 * MEBIBYTE);
        Block first = memory.allocate(9 * MEBIBYTE);
        Block second = memory.allocate(9 * MEBIBYTE);
        Block third = memory.allocate(9 * MEBIBYTE);
        memory.free(first);
        assertThat(memory.reserved() - memory.allocated()).isGreaterThan(20 * MEBIBYTE);
        assertThatThrownBy(() -> memory.allocate(20 * MEBIBYTE))
                .isInstanceOfSatisfying(
                        NativeException.class, e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.OUT_OF_MEMORY));
        assertThat(memory.counters().fragmented()).isPositive();
        assertThat(memory.counters().outOfMemory()).isEqualTo(1);
        memory.free(second);
        memory.allocate(20 * MEBIBYTE); // The first segment is completely free again.
        memory.free(third);
    }

    @Test
    void emptiesItsCacheBeforeFailing() {
        SimulatedMemory memory = new SimulatedMemory(40 * MEBIBYTE);
        memory.free(memory.allocate(30 * MEBIBYTE));
        memory.allocate(36 * MEBIBYTE);
        assertThat(memory.counters().retries()).isEqualTo(1);
    }

    @Test
    void failsOnRequest() {
        SimulatedMemory memory = new SimulatedMemory(40 * MEBIBYTE, n -> n == 2);
        memory.allocate(1);
        assertThatThrownBy(() -> memory.allocate(1)).hasMessageContaining("injected");
        memory.allocate(1);
    }

    @Test
    void otherProcessesReduceFreeMemory() {
        SimulatedMemory memory = new SimulatedMemory(40 * MEBIBYTE);
        memory.setUsedByOthers(30 * MEBIBYTE);
        assertThat(memory.free()).isEqualTo(10 * MEBIBYTE);
        assertThatThrownBy(() -> memory.allocate(12 * MEBIBYTE)).isInstanceOf(NativeException.class);
        assertThat(memory.processes()).hasSize(2);
    }

    @Test
    void rejectsADoubleFree() {
        SimulatedMemory memory = new SimulatedMemory(MEBIBYTE * 4);
        Block block = memory.allocate(1);
        memory.free(block);
        assertThatThrownBy(() -> memory.free(block)).isInstanceOf(IllegalStateException.class);
    }
}
