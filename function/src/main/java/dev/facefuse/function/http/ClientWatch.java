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
 * Asks again and again, on one thread for all, whether what depends on a client's speed has taken too long. At the shutdown it
 * tells them to end, before the web server waits for its requests: the larger phase stops first.
 */
final class ClientWatch implements SmartLifecycle, DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(ClientWatch.class);
    private static final long CHECK_MILLIS = 100;

    /** Depends on a client's speed. Called from the watch's thread; must not block. */
    interface Watched {
        /**
         * Ends it if it has taken too long.
         *
         * @param nowNanos as {@link #nanoTime()}
         */
        void check(long nowNanos);

        /**
         * The server is stopping: ends it, now or within a few seconds.
         *
         * @param nowNanos as {@link #nanoTime()}
         */
        void stop(long nowNanos);
    }

    private final LongSupplier nanoTime;
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;
    private final Future<?> checks;
    private volatile boolean running;
    private volatile boolean stopping;

    /** @param nanoTime as {@link System#nanoTime()} */
    ClientWatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "facefuse-client-watch");
            thread.setDaemon(true);
            return thread;
        });
        this.checks = clock.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Now, on the clock of {@link Watched#check}. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Whether the server is stopping. If so, clients that are added are told at once. */
    boolean isStopping() {
        return stopping;
    }

    /** Watches it until it is removed. */
    void add(Watched client) {
        watched.add(client);
        if (stopping) {
            client.stop(nanoTime());
        }
    }

    /** Watches it no more. */
    void remove(Watched client) {
        watched.remove(client);
    }

    /** Checks everything once. */
    void check() {
        long now = nanoTime();
        for (Watched client : watched) {
            try {
                client.check(now);
            } catch (RuntimeException e) {
                log.error("A slow client's request cannot be ended", e);
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

    /** The last requests have ended by then. */
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
