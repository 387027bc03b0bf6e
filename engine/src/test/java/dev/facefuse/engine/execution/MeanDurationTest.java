package dev.facefuse.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class MeanDurationTest {
    private static final Duration GUESS = Duration.ofSeconds(1);

    @Test
    void saysItsGuessUntilSomethingIsMeasured() {
        MeanDuration mean = new MeanDuration(GUESS);
        assertThat(mean.times(1.5)).isEqualTo(Duration.ofMillis(1500));
        mean.add(Duration.ofMillis(400).toNanos());
        assertThat(mean.times(1)).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void followsWhatIsNew() {
        MeanDuration mean = new MeanDuration(GUESS);
        mean.add(100);
        mean.add(200);
        assertThat(mean.times(1)).isEqualTo(Duration.ofNanos(125));
        for (int i = 0; i < 50; i++) {
            mean.add(4000);
        }
        assertThat(mean.times(1)).isEqualTo(Duration.ofNanos(4000));
    }

    @Property
    void staysBetweenTheShortestAndTheLongest(
            @ForAll @NotEmpty List<@LongRange(min = 0, max = 1L << 45) Long> measured) {
        MeanDuration mean = new MeanDuration(GUESS);
        measured.forEach(mean::add);
        assertThat(mean.times(1).toNanos())
                .isBetween(
                        measured.stream().min(Long::compare).orElseThrow(),
                        measured.stream().max(Long::compare).orElseThrow());
    }
}
