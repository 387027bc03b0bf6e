package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the number of request bodies in memory, and of bodies that are read although the engine will reject their request. Decides
 * before a byte of the body is read; the engine's executor decides later about the fusion.
 *
 * <p>While as many bodies are being read as may fuse or wait, another request is accepted only if the last one was accepted {@value
 * #SLOW_BODY_MILLIS} ms ago or earlier. Slow senders therefore do not block others, and of many requests that arrive together only as
 * many are accepted as will be served.
 *
 * <p>This count is separate from the executor's: a slot is held while a body arrives, when the request must not hold a permit yet.
 */
final class BodyLimiter {
    /** A body of a few megabytes arrives within this time at 100 Mbit/s. */
    static final long SLOW_BODY_MILLIS = 250;

    private static final long SLOW_BODY_NANOS = TimeUnit.MILLISECONDS.toNanos(SLOW_BODY_MILLIS);

    private final int slots;
    private final int admitted;
    private final FuseEngine engine;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private int open;
    private int reading;
    private long lastAcquired;

    /**
     * A limiter with all slots free.
     *
     * @param slots bodies that may be in memory
     * @param admitted how many of them may fuse or wait, by the engine's settings
     * @param nanoTime like {@link System#nanoTime()}
     */
    BodyLimiter(int slots, int admitted, FuseEngine engine, LongSupplier nanoTime) {
        this.slots = slots;
        this.admitted = admitted;
        this.engine = engine;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a slot for a request.
     *
     * @throws FuseException {@code busy} if no slot is free or the engine would reject the request
     */
    Slot acquire() {
        engine.checkCapacity();
        if (!tryAcquire()) {
            throw FuseException.busy("Every place is taken", engine.expectedWait());
        }
        return new Slot();
    }

    private synchronized boolean tryAcquire() {
        long now = nanoTime.getAsLong();
        boolean enoughAreRead = reading >= admitted && now - lastAcquired < SLOW_BODY_NANOS;
        if (open == slots || enoughAreRead) {
            return false;
        }
        open++;
        reading++;
        lastAcquired = now;
        return true;
    }

    /** The slot of one request until it is closed; a second close does nothing. */
    final class Slot implements AutoCloseable {
        // Guarded by the limiter.
        private boolean isOpen = true;
        private boolean isRead;

        private Slot() {}

        /** The body has been read; from now on it does not delay other requests. */
        void bodyRead() {
            synchronized (BodyLimiter.this) {
                reading -= isRead ? 0 : 1;
                isRead = true;
            }
        }

        @Override
        public void close() {
            synchronized (BodyLimiter.this) {
                bodyRead();
                open -= isOpen ? 1 : 0;
                isOpen = false;
            }
        }
    }
}
