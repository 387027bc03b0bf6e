package dev.facefuse.function.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Checks on one thread, every {@value #CHECK_MILLIS} ms, whether transfers that depend on a client's speed have taken too long. At the
 * shutdown it ends them before the web server waits for its requests, because Spring stops the larger phase first.
 */
final class ClientWatch implements SmartLifecycle, DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(ClientWatch.class);
    private static final long CHECK_MILLIS = 100;

    /** A transfer that depends on a client's speed. Called by the watch's thread; must not block. */
    interface Watched {
        /**
         * Ends it if it has taken too long.
         *
         * @param nowNanos time on the clock of {@link #nanoTime()}
         */
        void check(long nowNanos);

        /**
         * Ends it now or within a few seconds, because the server is stopping.
         *
         * @param nowNanos time on the clock of {@link #nanoTime()}
         */
        void stop(long nowNanos);
    }

    private final LongSupplier nanoTime;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;
    private final Future<?> checks;
    private volatile boolean running;
    private volatile boolean stopping;

    /** @param nanoTime like {@link System#nanoTime()} */
    ClientWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "facefuse-client-watch");
            thread.setDaemon(true);
            return thread;
        });
        this.checks = clock.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The time on the clock of {@link Watched#check}. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Whether the server is stopping. If so, {@link #add} ends what is added. */
    boolean isStopping() {
        return stopping;
    }

    /** Watches a transfer until it is removed. */
    void add(Watched client) {
        watched.add(client);
        if (stopping) {
            client.stop(nanoTime());
        }
    }

    /** Stops watching it. */
    void remove(Watched client) {
        watched.remove(client);
    }

    /** Checks every transfer once. */
    void check() {
        long now = nanoTime();
        for (Watched client : watched) {
            try {
                client.check(now);
            } catch (RuntimeException e) {
                log.error("A slow transfer cannot be ended", e);
            }
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        stopping = true;
        running = false;
        watched.forEach(client -> client.stop(nanoTime()));
    }

    /** Called after the last requests have ended. */
    @Override
    public void destroy() {
        checks.cancel(false);
        clock.shutdown();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
