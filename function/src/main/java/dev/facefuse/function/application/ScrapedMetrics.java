package dev.facefuse.function.application;

import dev.facefuse.engine.EngineMetrics;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes the engine's metrics once per scrape instead of once per meter. A scrape reads each meter once, in one thread. The next scrape
 * begins when a meter is read a second time in a thread, or after a second. Thread-safe without a lock.
 */
final class ScrapedMetrics {
    private static final long LONGEST_SCRAPE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<EngineMetrics> source;
    private final LongSupplier nanoTime;

    @SuppressWarnings("ThreadLocalUsage") // Each registry has one instance for its whole life.
    private final ThreadLocal<@Nullable Scrape> scrapes = new ThreadLocal<>();

    private record Scrape(EngineMetrics metrics, long startNanos, Set<String> readMeters) {}

    ScrapedMetrics(Supplier<EngineMetrics> source) {
        this(source, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    ScrapedMetrics(Supplier<EngineMetrics> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    /**
     * Reads a figure of the current scrape.
     *
     * @param meter unique name of the meter
     */
    double read(String meter, ToDoubleFunction<EngineMetrics> figure) {
        long now = nanoTime.getAsLong();
        Scrape scrape = scrapes.get();
        if (scrape == null || now - scrape.startNanos > LONGEST_SCRAPE_NANOS || !scrape.readMeters.add(meter)) {
            scrape = new Scrape(source.get(), now, new HashSet<>(Set.of(meter)));
            scrapes.set(scrape);
        }
        return figure.applyAsDouble(scrape.metrics);
    }
}
