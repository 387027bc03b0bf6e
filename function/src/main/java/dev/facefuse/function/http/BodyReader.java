package dev.facefuse.function.http;

import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.problem.FuseException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Receives request bodies without occupying threads, and cuts off those that are too slow. A controller checks the headers, asks
 * for the body, and returns. When the body has arrived, the same request is dispatched to the controller again.
 *
 * <pre>{@code
 * IncomingBody body = bodies.receive(request, PATH, maxBytes, pace);
 * if (body == null) {
 *     return; // Called again when the body has arrived.
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
     * Returns the body if it has arrived; otherwise begins to receive it. From then on it owns the request's memory reservation and
     * its slot of {@link AdmissionFilter}, and closes both when the request has ended.
     *
     * @param path of the controller, to which the request is dispatched again
     * @param maxBytes that the body may have
     * @return null if the body has not arrived: the caller returns, and is called again
     * @throws ProblemException if the body is encoded, too long or too slow, or the server is stopping
     * @throws FuseException {@code busy} or {@code out-of-memory} if there is no memory for it, before it is read
     */
    @Nullable
    IncomingBody receive(HttpServletRequest request, String path, long maxBytes, BodyPace pace) {
        if (request.getAttribute(BodyReader.class.getName()) instanceof IncomingBody body) {
            return body.whole();
        }
        if (watch.isStopping()) {
            throw stopping();
        }
        HttpServletRequest whole = SafeRequestFilter.unwrapped(request);
        InputReader.requireIdentity(String.join(",", Collections.list(whole.getHeaders(HttpHeaders.CONTENT_ENCODING))));
        if (whole.getContentLengthLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        MemoryReservation reservation = memory.reserve(length(whole, maxBytes));
        try {
            start(whole, path, maxBytes, pace, reservation);
        } catch (RuntimeException e) {
            reservation.close();
            throw e;
        }
        return null;
    }

    private void start(
            HttpServletRequest whole, String path, long maxBytes, BodyPace pace, MemoryReservation reservation) {
        AsyncContext async = whole.startAsync();
        async.setTimeout(0);
        RawBody raw = ClientConnection.of(whole).body();
        BodyLimiter.Slot slot = AdmissionFilter.slotOf(whole);
        IncomingBody body =
                new IncomingBody(watch, async, raw, path, maxBytes, pace, watch.nanoTime(), reservation, slot);
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

    static ProblemException tooLarge(long maxBytes) {
        return cutOff(Problem.bodyTooLarge(maxBytes));
    }

    static ProblemException stopping() {
        return cutOff(Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE, "The server is stopping; send the request again to another one."));
    }

    /** The rest of the body is not read, so the connection cannot be used again. */
    static ProblemException cutOff(Problem problem) {
        return new ProblemException(problem.withHeader(HttpHeaders.CONNECTION, "close"));
    }
}
