package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.engine.FuseEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Samples the device's memory twenty times a second until it is closed. */
final class MemorySampler implements AutoCloseable {
    private static final long PERIOD_MILLIS = 50;
    private static final double NANOS_PER_MILLI = 1e6;

    private final FuseEngine engine;
    private final long startNanos = System.nanoTime();
    private final List<Benchmark.Sample> samples = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "facefuse-memory-sampler");
        thread.setDaemon(true);
        return thread;
    });

    private final Future<?> sampling;

    private MemorySampler(FuseEngine engine) {
        this.engine = engine;
        this.sampling = clock.scheduleAtFixedRate(this::sample, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Starts sampling. */
    static MemorySampler start(FuseEngine engine) {
        return new MemorySampler(engine);
    }

    private synchronized void sample() {
        EngineMetrics.Memory memory = engine.metrics().device();
        samples.add(new Benchmark.Sample(
                Math.round((System.nanoTime() - startNanos) / NANOS_PER_MILLI), memory.allocated(), memory.reserved()));
    }

    /** All samples so far, with a last one from now. */
    synchronized List<Benchmark.Sample> samples() {
        sample();
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        sampling.cancel(false);
        clock.shutdown();
    }
}
