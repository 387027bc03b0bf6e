package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.function.FakeEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScrapedMetricsTest {
    private final AtomicInteger computed = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong();
    private final ScrapedMetrics vitals = new ScrapedMetrics(
            () -> {
                computed.incrementAndGet();
                return FakeEngine.METRICS;
            },
            clock::get);

    @Test
    void metersOfOneScrapeShareTheVitals() {
        assertThat(vitals.read("drifts", EngineMetrics::drifts)).isEqualTo(3);
        assertThat(vitals.read("cleanings", EngineMetrics::cleanings)).isEqualTo(5);
        assertThat(computed).hasValue(1);
    }

    @Test
    void readingAMeterAgainBeginsTheNextScrape() {
        read("drifts", "cleanings", "drifts", "cleanings");
        assertThat(computed).hasValue(2);
    }

    @Test
    void readingAnotherMeterMuchLaterBeginsTheNextScrape() {
        read("drifts");
        clock.addAndGet(Duration.ofSeconds(1).toNanos() + 1);
        read("cleanings");
        assertThat(computed).hasValue(2);
    }

    @Test
    void scrapesInOtherThreadsDoNotShareTheirs() {
        read("drifts");
        CompletableFuture.runAsync(() -> read("drifts", "cleanings")).join();
        read("cleanings");
        assertThat(computed).hasValue(2);
    }

    private void read(String... meters) {
        for (String meter : meters) {
            vitals.read(meter, EngineMetrics::drifts);
        }
    }
}
