package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanBackoffTest {
    private static final long HOLD = PlanBackoff.FIRST_HOLD.toNanos();

    private final PlanBackoff backoff = new PlanBackoff();

    @Test
    void allowsAllPlansAtFirst() {
        assertThat(backoff.fastestAllowed(0)).isEqualTo(Plan.RESIDENT);
        assertThat(backoff.fastestAllowed(Long.MAX_VALUE)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void risesByOnePlanPerHold() {
        long start = -5; // System.nanoTime may be negative.
        assertThat(backoff.degrade(Plan.STREAMED, start)).isEqualTo(Plan.HOST);
        assertThat(backoff.fastestAllowed(start + HOLD - 1)).isEqualTo(Plan.HOST);
        assertThat(backoff.fastestAllowed(start + HOLD)).isEqualTo(Plan.STREAMED);
        assertThat(backoff.fastestAllowed(start + 2 * HOLD)).isEqualTo(Plan.STAGED);
        assertThat(backoff.fastestAllowed(start + 3 * HOLD)).isEqualTo(Plan.RESIDENT);
        assertThat(backoff.fastestAllowed(start + 30 * HOLD)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void holdDoublesUpToTenMinutes() {
        long now = 0;
        for (long seconds : new long[] {30, 60, 120, 240, 480, 600, 600}) {
            backoff.degrade(Plan.RESIDENT, now);
            long hold = Duration.ofSeconds(seconds).toNanos();
            assertThat(backoff.fastestAllowed(now + hold - 1)).isEqualTo(Plan.STAGED);
            now += hold;
            assertThat(backoff.fastestAllowed(now)).isEqualTo(Plan.RESIDENT);
        }
    }

    @Test
    void successAtTheFailedPlanResetsTheHold() {
        backoff.degrade(Plan.RESIDENT, 0);
        backoff.degrade(Plan.RESIDENT, HOLD);
        backoff.recordSuccess(Plan.RESIDENT);
        assertThat(backoff.fastestAllowed(HOLD)).isEqualTo(Plan.RESIDENT);
        backoff.degrade(Plan.RESIDENT, 10 * HOLD);
        assertThat(backoff.fastestAllowed(11 * HOLD)).isEqualTo(Plan.RESIDENT);
    }

    @Test
    void successAtASlowerPlanChangesNothing() {
        backoff.degrade(Plan.RESIDENT, 0);
        backoff.recordSuccess(Plan.STAGED);
        assertThat(backoff.fastestAllowed(1)).isEqualTo(Plan.STAGED);
        backoff.degrade(Plan.RESIDENT, HOLD);
        assertThat(backoff.fastestAllowed(2 * HOLD)).isEqualTo(Plan.STAGED);
    }
}
