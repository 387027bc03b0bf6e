package dev.facefuse.function.http;

import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.problem.FuseException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Receives request bodies without occupying threads, and cuts those that are too slow. A controller checks the headers, asks
 * for the body, and returns; when the body is here, the same request comes to it again.
 *
 * <pre>{@code
 * IncomingBody body = bodies.receive(request, PATH, maxBytes, pace, release);
 * if (body == null) {
 *     return; // The body is on its way.
 * }
 * try (body) {
 *     input = json.read(body.stream());
 * }
 * }</pre>
 */
final class BodyReader {
    private final ClientWatch watch;
    private final BodyMemory memory;

    BodyReader(ClientWatch watch, BodyMemory memory) {
        this.watch = watch;
        this.memory = memory;
    }

    /**
     * The body if it is here; else asks for it.
     *
     * @param path of the controller, to which the request is dispatched again
     * @param maxBytes that the body may have
     * @param release gives back what belongs to the request; called one or more times when it has ended
     * @return null if the body is on its way: the caller returns, and is called again
     * @throws BodyTooLargeException if it is longer, before or after it is read
     * @throws FuseException {@code busy} or {@code out-of-memory} if there is no memory for it, before it is read
     * @throws BodyNotReceivedException if it was too slow or the server is stopping
     */
    @Nullable
    IncomingBody receive(HttpServletRequest request, String path, long maxBytes, BodyPace pace, Runnable release)
            throws IOException {
        if (request.getAttribute(BodyReader.class.getName()) instanceof IncomingBody body) {
            return body.whole();
        }
        if (watch.isStopping()) {
            throw stopping();
        }
        HttpServletRequest whole = UnreadableBodyFilter.unwrapped(request);
        Incoming.requireLength(whole, maxBytes);
        MemoryReservation reservation = memory.reserve(length(whole, maxBytes));
        try {
            start(whole, path, maxBytes, pace, reservation, release);
        } catch (RuntimeException e) {
            reservation.close();
            throw e;
        }
        return null;
    }

    private void start(
            HttpServletRequest whole,
            String path,
            long maxBytes,
            BodyPace pace,
            MemoryReservation reservation,
            Runnable release) {
        AsyncContext async = whole.startAsync();
        async.setTimeout(0);
        RawBody raw = ClientConnection.of(whole).body();
        IncomingBody body =
                new IncomingBody(watch, async, raw, path, maxBytes, pace, watch.nanoTime(), reservation, release);
        whole.setAttribute(BodyReader.class.getName(), body);
        async.addListener(body);
        raw.askForIt();
        raw.setListener(body);
        watch.add(body);
    }

    /** The body's announced length; {@code maxBytes} if it is chunked, 0 if there is none. */
    private static long length(HttpServletRequest request, long maxBytes) {
        long length = request.getContentLengthLong();
        if (length >= 0) {
            return length;
        }
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null ? 0 : maxBytes;
    }

    static BodyNotReceivedException stopping() {
        return new BodyNotReceivedException(
                HttpStatus.SERVICE_UNAVAILABLE, "The server is stopping; send the request again to another one.");
    }
}
