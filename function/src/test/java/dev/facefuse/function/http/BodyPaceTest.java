package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private static final BodyPace PACE = new BodyPace(Duration.ofSeconds(30), 1000);

    @Test
    void allowsAnyRateAtFirst() {
        assertThat(PACE.isTooSlow(seconds(5), 0)).isFalse();
    }

    @Test
    void requiresTheMeanRateAfterASixthOfTheTime() {
        assertThat(PACE.isTooSlow(seconds(6), 999)).isTrue();
        assertThat(PACE.isTooSlow(seconds(6), 1000)).isFalse();
        assertThat(PACE.isTooSlow(seconds(15), 9999)).isTrue();
    }

    @Test
    void endsAtTheTimeoutHoweverMuchHasArrived() {
        assertThat(PACE.isTooSlow(seconds(30) - 1, Long.MAX_VALUE)).isFalse();
        assertThat(PACE.isTooSlow(seconds(30), Long.MAX_VALUE)).isTrue();
    }

    @Test
    void aRateOfZeroAllowsAnyRate() {
        BodyPace any = new BodyPace(Duration.ofSeconds(30), 0);
        assertThat(any.isTooSlow(seconds(30) - 1, 0)).isFalse();
        assertThat(any.isTooSlow(seconds(30), 0)).isTrue();
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
