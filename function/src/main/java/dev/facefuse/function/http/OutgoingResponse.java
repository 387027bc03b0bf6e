package dev.facefuse.function.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the time that one response spends in writes: a write waits while the client does not read. The time between two writes does
 * not count, so a stream of events may last as long as its fusion. If writing is too slow, the connection is reset; the write then
 * fails, and the request ends like one whose client has disconnected.
 *
 * <pre>{@code
 * outgoing.enter();
 * try {
 *     outgoing.beginWrite();
 *     out.write(piece);
 *     outgoing.endWrite(piece.length);
 * } finally {
 *     outgoing.leave();
 * }
 * }</pre>
 */
final class OutgoingResponse implements ClientWatch.Watched {
    private static final Logger log = LoggerFactory.getLogger(OutgoingResponse.class);

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ClientWatch watch;
    private final BodyPace pace;
    private final BooleanSupplier isCommitted;
    private final Runnable reset;

    // Guarded by this.
    private boolean isInFilters;
    private boolean isWriting;
    private boolean isReset;
    private boolean hasEnded;
    private long writeStartNanos;
    private long writingNanos;
    private long writtenBytes;
    private long maxWritingNanos = Long.MAX_VALUE;

    /**
     * A response of which nothing has been written.
     *
     * @param isCommitted whether writing has begun
     * @param reset ends the connection; must not block
     */
    OutgoingResponse(ClientWatch watch, BodyPace pace, BooleanSupplier isCommitted, Runnable reset) {
        this.watch = watch;
        this.pace = pace;
        this.isCommitted = isCommitted;
        this.reset = reset;
    }

    /** The filters begin. Until {@link #leave} only {@link #beginWrite} begins a write. */
    synchronized void enter() {
        isInFilters = true;
    }

    /** The filters have ended; the container writes the rest. */
    synchronized void leave() {
        isInFilters = false;
    }

    /**
     * A write begins.
     *
     * @throws ClientAbortException if the connection was reset
     */
    synchronized void beginWrite() throws IOException {
        if (isReset) {
            throw new ClientAbortException("The client reads the response too slowly");
        }
        isWriting = true;
        writeStartNanos = watch.nanoTime();
    }

    /** The write has ended, successfully or not. */
    synchronized void endWrite(long bytes) {
        isWriting = false;
        writingNanos += watch.nanoTime() - writeStartNanos;
        writtenBytes += bytes;
    }

    /** The response has ended. */
    synchronized void end() {
        hasEnded = true;
        watch.remove(this);
    }

    @Override
    public synchronized void check(long nowNanos) {
        if (hasEnded || isReset) {
            return;
        }
        if (!isWriting && !isInFilters && isCommitted.getAsBoolean()) {
            isWriting = true; // The container writes until the end.
            writeStartNanos = nowNanos;
        }
        if (!isWriting) {
            return;
        }
        long nanos = writingNanos + nowNanos - writeStartNanos;
        if (nanos >= maxWritingNanos || pace.isTooSlow(nanos, writtenBytes)) {
            isReset = true;
            log.debug("The client reads the response too slowly; the connection is reset");
            reset.run();
        }
    }

    /** The client has some seconds to read the rest. */
    @Override
    public synchronized void stop(long nowNanos) {
        long nanos = writingNanos + (isWriting ? nowNanos - writeStartNanos : 0);
        maxWritingNanos = nanos + STOP_NANOS;
    }
}
