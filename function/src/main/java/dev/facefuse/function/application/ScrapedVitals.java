package dev.facefuse.function.application;

import dev.facefuse.engine.Vitals;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes an engine's vitals once for each scrape, however many meters read them. A scrape reads each meter once, in one thread:
 * a meter that is read again in its thread begins the next scrape, and so does one that is read more than a second later. Safe
 * from several threads at once; takes no lock.
 */
final class ScrapedVitals {
    private static final long LONGEST_SCRAPE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<Vitals> source;
    private final LongSupplier nanoTime;

    @SuppressWarnings("ThreadLocalUsage") // There is one of these for each registry, as long as it lives.
    private final ThreadLocal<@Nullable Scrape> scrapes = new ThreadLocal<>();

    private record Scrape(Vitals vitals, long startNanos, Set<String> readMeters) {}

    ScrapedVitals(Supplier<Vitals> source) {
        this(source, System::nanoTime);
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    ScrapedVitals(Supplier<Vitals> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    /**
     * A figure of the current scrape.
     *
     * @param meter a name that no other meter has
     */
    double read(String meter, ToDoubleFunction<Vitals> figure) {
        long now = nanoTime.getAsLong();
        Scrape scrape = scrapes.get();
        if (scrape == null || now - scrape.startNanos > LONGEST_SCRAPE_NANOS || !scrape.readMeters.add(meter)) {
            scrape = new Scrape(source.get(), now, new HashSet<>(Set.of(meter)));
            scrapes.set(scrape);
        }
        return figure.applyAsDouble(scrape.vitals);
    }
}
