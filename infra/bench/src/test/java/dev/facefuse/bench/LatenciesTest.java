package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void aPercentileIsOneOfTheTimes() {
        List<Double> millis =
                IntStream.rangeClosed(1, 200).mapToObj(i -> (double) (201 - i)).toList();
        assertThat(Latencies.of(millis)).isEqualTo(new Latencies(200, 100, 198, 200));
    }

    @Test
    void ofOneAllAreTheSame() {
        assertThat(Latencies.of(List.of(3.0))).isEqualTo(new Latencies(1, 3, 3, 3));
    }

    @Test
    void ofNoneAreZero() {
        assertThat(Latencies.of(List.of())).isEqualTo(new Latencies(0, 0, 0, 0));
    }
}
