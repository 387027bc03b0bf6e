package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Request;

/**
 * The connection of a request, which knows whether the client has disconnected. The servlet API reports that only when it writes;
 * Tomcat reads without waiting and finds the connection's end with one system call.
 *
 * <p>A client that has closed its half of the connection counts as disconnected, as it does for nginx.
 */
final class ClientConnection {
    /** Bytes that Tomcat reports as available at the connection's end, instead of an error. */
    private static final int END = 1;

    private final Request request;

    /** Made for each request by {@link ConnectionAdapter}. */
    ClientConnection(Request request) {
        this.request = request;
    }

    /** The connection of a request. */
    static ClientConnection of(HttpServletRequest request) {
        if (request.getAttribute(ClientConnection.class.getName()) instanceof ClientConnection connection) {
            return connection;
        }
        throw new IllegalStateException("The adapter is missing");
    }

    /** The context of a request: its id, cancelled when its client has disconnected. */
    static RequestContext contextOf(HttpServletRequest request) {
        return RequestContext.NONE
                .withRequestId(CorrelationFilter.idOf(request))
                .cancelledWhen(of(request)::isClosed);
    }

    /**
     * Whether the connection has ended. Only for the thread that handles the request, after it has read the body.
     *
     * <p>The first byte of a next request that was sent ahead looks like the end once, but not twice: it stays in the buffer.
     */
    boolean isClosed() {
        int first = available();
        return first == END && available() == END;
    }

    /** The body of the request. */
    RawBody body() {
        return new RawBody(request);
    }

    private int available() {
        request.action(ActionCode.AVAILABLE, true);
        return request.getAvailable();
    }
}
