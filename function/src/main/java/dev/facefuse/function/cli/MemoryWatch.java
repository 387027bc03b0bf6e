package dev.facefuse.function.cli;

import dev.facefuse.engine.Vitals;
import dev.facefuse.function.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at the device's memory twenty times a second, until it is closed. */
final class MemoryWatch implements AutoCloseable {
    private static final long PERIOD_MILLIS = 50;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Engine engine;
    private final long startNanos = System.nanoTime();
    private final List<Benchmark.Sample> samples = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "facefuse-memory-watch");
        thread.setDaemon(true);
        return thread;
    });

    private final Future<?> looking;

    private MemoryWatch(Engine engine) {
        this.engine = engine;
        this.looking = clock.scheduleAtFixedRate(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Begins to look. */
    static MemoryWatch start(Engine engine) {
        return new MemoryWatch(engine);
    }

    private synchronized void look() {
        Vitals.Memory memory = engine.vitals().device();
        samples.add(new Benchmark.Sample(
                Math.round((System.nanoTime() - startNanos) / NANOS_PER_MILLI), memory.allocated(), memory.reserved()));
    }

    /** What was seen so far, this instant included. */
    synchronized List<Benchmark.Sample> samples() {
        look();
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        looking.cancel(false);
        clock.shutdown();
    }
}
