package dev.facefuse.function.http;

import dev.facefuse.engine.MemoryReservation;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * One request body that arrives without a thread. Receiving ends once: with the whole body, because the body is cut off, or because the
 * client has disconnected. Then the request is dispatched to its controller again. {@link #close} releases the memory and tells the
 * admission that the body has been read; the end of the request does both in any case.
 */
final class IncomingBody implements ReadListener, AsyncListener, ClientWatch.Watched, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IncomingBody.class);

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How receiving ended. */
    enum End {
        WHOLE,
        TOO_LARGE,
        TOO_SLOW,
        STOPPING,
        MALFORMED,
        DISCONNECTED
    }

    private final ClientWatch watch;
    private final AsyncContext async;
    private final RawBody in;
    private final String path;
    private final long maxBytes;
    private final BodyPace pace;
    private final long startNanos;
    private final MemoryReservation memory;
    private final BodyLimiter.@Nullable Slot slot;
    private volatile long stopNanos;
    private volatile boolean stopping;
    private final SegmentedBytes bytes = new SegmentedBytes();
    private final AtomicLong received = new AtomicLong();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();

    /**
     * A body of which nothing has been read.
     *
     * @param path to dispatch to
     * @param startNanos as {@link System#nanoTime()}
     * @param memory for the bytes and for decoding them; closed with this body
     * @param slot of the request, closed when the request has ended; null if it has none
     */
    IncomingBody(
            ClientWatch watch,
            AsyncContext async,
            RawBody in,
            String path,
            long maxBytes,
            BodyPace pace,
            long startNanos,
            MemoryReservation memory,
            BodyLimiter.@Nullable Slot slot) {
        this.memory = memory;
        this.watch = watch;
        this.async = async;
        this.in = in;
        this.path = path;
        this.maxBytes = maxBytes;
        this.pace = pace;
        this.startNanos = startNanos;
        this.slot = slot;
    }

    /**
     * This body, if all of it has arrived.
     *
     * @throws ProblemException if it was cut off
     */
    IncomingBody whole() {
        End how = Objects.requireNonNull(end.get(), "The body has not arrived");
        return switch (how) {
            case WHOLE -> this;
            case TOO_LARGE -> throw BodyReader.tooLarge(maxBytes);
            case STOPPING -> throw BodyReader.stopping();
            case TOO_SLOW, DISCONNECTED ->
                throw BodyReader.cutOff(Problem.of(
                        HttpStatus.REQUEST_TIMEOUT,
                        "The body did not arrive in time; send it faster, or send smaller pictures."));
            case MALFORMED ->
                throw BodyReader.cutOff(Problem.of(
                        HttpStatus.BAD_REQUEST,
                        "The body's chunks cannot be read; send it as HTTP/1.1 says, RFC 9112."));
        };
    }

    /** The bytes. They can be read once and are released as they are read. */
    InputStream stream() {
        return bytes.consume();
    }

    /** Length in bytes. */
    long length() {
        return bytes.length();
    }

    @Override
    public void check(long nowNanos) {
        if (stopping && nowNanos - stopNanos >= 0) {
            finish(End.STOPPING);
        } else if (pace.isTooSlow(nowNanos - startNanos, received.get())) {
            finish(End.TOO_SLOW);
        }
    }

    /** The client has some seconds to send the rest. */
    @Override
    public void stop(long nowNanos) {
        stopNanos = nowNanos + STOP_NANOS;
        stopping = true;
    }

    /** Ends receiving unless it has ended. Called by any thread. */
    private void finish(End how) {
        if (!end.compareAndSet(null, how)) {
            return;
        }
        watch.remove(this);
        try {
            if (how == End.DISCONNECTED) {
                async.complete();
            } else {
                async.dispatch(path);
            }
        } catch (IllegalStateException e) {
            log.debug("The request has already ended", e);
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        try {
            while (end.get() == null && in.isReady()) {
                ByteBuffer arrived = in.read();
                if (arrived == null) {
                    return;
                }
                received.addAndGet(arrived.remaining());
                bytes.append(arrived);
                if (bytes.length() > maxBytes) {
                    finish(End.TOO_LARGE);
                }
            }
        } catch (BadRequestException e) {
            log.debug("The body's framing is wrong", e);
            finish(End.MALFORMED);
        }
    }

    @Override
    public void onAllDataRead() {
        finish(End.WHOLE);
    }

    /** Tomcat ends the request itself. */
    @Override
    public void onError(Throwable e) {
        log.debug("The client has disconnected", e);
        if (end.compareAndSet(null, End.DISCONNECTED)) {
            watch.remove(this);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        watch.remove(this);
        close();
        if (slot != null) {
            slot.close();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onComplete(event);
    }

    @Override
    public void onError(AsyncEvent event) {
        onComplete(event);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    @Override
    public void close() {
        bytes.clear();
        memory.close();
        if (slot != null) {
            slot.bodyRead();
        }
    }
}
