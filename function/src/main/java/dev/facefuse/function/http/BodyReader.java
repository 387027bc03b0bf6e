package dev.facefuse.function.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
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

    BodyReader(ClientWatch watch) {
        this.watch = watch;
    }

    /**
     * The body if it is here; else asks for it.
     *
     * @param path of the controller, to which the request is dispatched again
     * @param maxBytes that the body may have
     * @param release gives back what belongs to the request; called one or more times when it has ended
     * @return null if the body is on its way: the caller returns, and is called again
     * @throws BodyTooLargeException if it is longer, before or after it is read
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
        AsyncContext async = whole.startAsync();
        async.setTimeout(0);
        RawBody raw = ClientConnection.of(whole).body();
        IncomingBody body = new IncomingBody(watch, async, raw, path, maxBytes, pace, watch.nanoTime(), release);
        whole.setAttribute(BodyReader.class.getName(), body);
        async.addListener(body);
        raw.askForIt();
        raw.setListener(body);
        watch.add(body);
        return null;
    }

    static BodyNotReceivedException stopping() {
        return new BodyNotReceivedException(
                HttpStatus.SERVICE_UNAVAILABLE, "The server is stopping; send the request again to another one.");
    }
}
