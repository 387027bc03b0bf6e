package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final long HOLD = Ladder.FIRST_HOLD.toNanos();

    private final Ladder ladder = new Ladder();

    @Test
    void startsAtTheTop() {
        assertThat(ladder.fastest(0)).isEqualTo(Plan.RESIDENT);
        assertThat(ladder.fastest(Long.MAX_VALUE)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void goesDownAtOnceAndUpARungAHold() {
        long fall = -5; // A clock may start anywhere.
        assertThat(ladder.fall(Plan.STREAMED, fall)).isEqualTo(Plan.HOST);
        assertThat(ladder.fastest(fall + HOLD - 1)).isEqualTo(Plan.HOST);
        assertThat(ladder.fastest(fall + HOLD)).isEqualTo(Plan.STREAMED);
        assertThat(ladder.fastest(fall + 2 * HOLD)).isEqualTo(Plan.STAGED);
        assertThat(ladder.fastest(fall + 3 * HOLD)).isEqualTo(Plan.RESIDENT);
        assertThat(ladder.fastest(fall + 30 * HOLD)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void holdsTwiceAsLongAfterEachFurtherFallUpToTenMinutes() {
        long now = 0;
        for (long seconds : new long[] {30, 60, 120, 240, 480, 600, 600}) {
            ladder.fall(Plan.RESIDENT, now);
            long hold = Duration.ofSeconds(seconds).toNanos();
            assertThat(ladder.fastest(now + hold - 1)).isEqualTo(Plan.STAGED);
            now += hold;
            assertThat(ladder.fastest(now)).isEqualTo(Plan.RESIDENT);
        }
    }

    @Test
    void aSuccessWhereTheLastFallWasMakesTheHoldShortAgain() {
        ladder.fall(Plan.RESIDENT, 0);
        ladder.fall(Plan.RESIDENT, HOLD);
        ladder.succeed(Plan.RESIDENT);
        assertThat(ladder.fastest(HOLD)).isEqualTo(Plan.RESIDENT);
        ladder.fall(Plan.RESIDENT, 10 * HOLD);
        assertThat(ladder.fastest(11 * HOLD)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void aSuccessFurtherDownProvesNothing() {
        ladder.fall(Plan.RESIDENT, 0);
        ladder.succeed(Plan.STAGED);
        assertThat(ladder.fastest(1)).isEqualTo(Plan.STAGED);
        ladder.fall(Plan.RESIDENT, HOLD);
        assertThat(ladder.fastest(2 * HOLD)).isEqualTo(Plan.STAGED);
    }
}
