package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.Quiet.Ticks;
import org.junit.jupiter.api.Test;

class QuietTest {
    @Test
    void readsWhatTheKernelWrites() {
        Ticks ticks = Ticks.parse("cpu  100 10 50 800 20 5 5 10 70 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
        assertThat(ticks).isEqualTo(new Ticks(170, 10, 1000));
    }

    @Test
    void leavesOutWhatContestantsDid() {
        Quiet quiet = new Ticks(170, 10, 1000).until(new Ticks(950, 30, 2000), 700);
        assertThat(quiet).isEqualTo(new Quiet(0.08, 0.02));
        assertThat(quiet.isQuiet()).isFalse();
    }

    @Test
    void isQuietWhereNobodyElseDidMuch() {
        Quiet quiet = new Ticks(170, 10, 1000).until(new Ticks(950, 10, 2000), 790);
        assertThat(quiet).isEqualTo(new Quiet(0, 0));
        assertThat(quiet.isQuiet()).isTrue();
    }
}
