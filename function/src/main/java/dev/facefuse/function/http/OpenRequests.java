package dev.facefuse.function.http;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds how many bodies are in memory at a time, and how many are read in vain. The engine's admission decides about fusing;
 * this decides, before a byte is read, whether a request is let in at all.
 *
 * <p>While as many bodies are read as may fuse or wait, another is let in only when those take their time: who sends slowly
 * keeps nobody out, and of many who come at once no more are let in than will be served.
 */
final class OpenRequests {
    /** So long others wait for bodies that are being read: one of a few megabytes comes in this time over 100 Mbit/s. */
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final int places;
    private final int admitted;
    private final Engine engine;
    private final LongSupplier nanoTime;

    // Guarded by this.
    private int open;
    private int reading;
    private long lastEntered;

    /**
     * With all places free.
     *
     * @param places bodies in memory
     * @param admitted how many of them may fuse or wait, by the engine's settings
     * @param nanoTime as {@link System#nanoTime()}
     */
    OpenRequests(int places, int admitted, Engine engine, LongSupplier nanoTime) {
        this.places = places;
        this.admitted = admitted;
        this.engine = engine;
        this.nanoTime = nanoTime;
    }

    /**
     * Takes a place. Nobody is let in whom the engine would not: that body would be read in vain.
     *
     * @throws FuseException {@code busy}
     */
    Place enter() {
        engine.requireRoom();
        if (!take()) {
            throw FuseException.busy("Every place is taken", engine.expectedWait());
        }
        return new Place();
    }

    private synchronized boolean take() {
        long now = nanoTime.getAsLong();
        boolean othersAreFirst = reading >= admitted && now - lastEntered < PATIENCE_NANOS;
        if (open == places || othersAreFirst) {
            return false;
        }
        open++;
        reading++;
        lastEntered = now;
        return true;
    }

    /** Of one request, until it is closed; a second close does nothing. */
    final class Place implements AutoCloseable {
        // Guarded by the requests.
        private boolean isOpen = true;
        private boolean isRead;

        private Place() {}

        /** The body has been read: it stands in nobody's way any more. */
        void bodyRead() {
            synchronized (OpenRequests.this) {
                reading -= isRead ? 0 : 1;
                isRead = true;
            }
        }

        @Override
        public void close() {
            synchronized (OpenRequests.this) {
                bodyRead();
                open -= isOpen ? 1 : 0;
                isOpen = false;
            }
        }
    }
}
