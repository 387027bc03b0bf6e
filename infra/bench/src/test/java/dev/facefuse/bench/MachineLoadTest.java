package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.MachineLoad.Ticks;
import org.junit.jupiter.api.Test;

class MachineLoadTest {
    @Test
    void readsWhatTheKernelWrites() {
        Ticks ticks = Ticks.parse("cpu  100 10 50 800 20 5 5 10 70 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
        assertThat(ticks).isEqualTo(new Ticks(170, 10, 1000));
    }

    @Test
    void leavesOutWhatContestantsDid() {
        MachineLoad load = new Ticks(170, 10, 1000).until(new Ticks(950, 30, 2000), 700);
        assertThat(load).isEqualTo(new MachineLoad(0.08, 0.02));
        assertThat(load.isQuiet()).isFalse();
    }

    @Test
    void isQuietWhereNobodyElseDidMuch() {
        MachineLoad load = new Ticks(170, 10, 1000).until(new Ticks(950, 10, 2000), 790);
        assertThat(load).isEqualTo(new MachineLoad(0, 0));
        assertThat(load.isQuiet()).isTrue();
    }
}
