package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.bench.FusePost.Upload;
import dev.facefuse.bench.LoadClient.Exchange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long MILLI = 1_000_000;

    private static Exchange exchange(int status, long fromMillis, long toMillis) {
        return new Exchange(status, fromMillis * MILLI, toMillis * MILLI);
    }

    static Load of(Map<Integer, Integer> answers) {
        Latencies refusals = new Latencies(answers.getOrDefault(429, 0), 0.5, 4.321, 9);
        return new Load(
                64,
                Upload.ASKED,
                answers,
                2.4,
                new Latencies(answers.getOrDefault(200, 0), 410, 420, 430),
                refusals,
                new Latencies(1, 1, 1.5, 2),
                0.05,
                0.6,
                new MachineLoad(0, 0));
    }

    @Test
    void countsResultsFromTheFirstToTheLast() {
        List<Exchange> exchanges = List.of(
                exchange(200, 900, 1400), exchange(429, 10, 12), exchange(200, 0, 400), exchange(200, 400, 900));
        assertThat(Load.resultsPerSecond(exchanges)).isCloseTo(2, within(1e-9));
        assertThat(Load.count(exchanges)).isEqualTo(Map.of(200, 3, 429, 1));
        assertThat(Load.latencies(exchanges, 429)).isEqualTo(new Latencies(1, 2, 2, 2));
    }

    @Test
    void oneResultIsNoThroughput() {
        assertThat(Load.resultsPerSecond(List.of(exchange(200, 0, 400)))).isZero();
    }

    @Test
    void isGoodIfAllAreResultsOrRefusals() {
        assertThat(of(Map.of(200, 3, 429, 100)).isGood()).isTrue();
        assertThat(of(Map.of(429, 100)).isGood()).isFalse();
        assertThat(of(Map.of(200, 3, 429, 100, 503, 1)).isGood()).isFalse();
        assertThat(of(Map.of(200, 3, Exchange.LOST, 1)).isGood()).isFalse();
        assertThat(of(Map.of(200, 3, 429, 100, 503, 1, Exchange.LOST, 2)).others())
                .isEqualTo(3);
    }
}
