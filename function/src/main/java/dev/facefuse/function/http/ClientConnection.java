package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Whether the client is still there. The servlet API tells only who writes; Tomcat, which reads without waiting, finds the
 * connection's end at the price of one system call.
 *
 * <p>A client that has closed its half of the connection counts as gone, as it does for nginx.
 */
final class ClientConnection {
    /** What Tomcat says is available at the connection's end, in place of an error. */
    private static final int END = 1;

    private final org.apache.coyote.Request request;

    private ClientConnection(org.apache.coyote.Request request) {
        this.request = request;
    }

    /** The connection that a request came on; {@link Valve} is what makes it known. */
    static ClientConnection of(HttpServletRequest request) {
        if (request.getAttribute(ClientConnection.class.getName()) instanceof ClientConnection connection) {
            return connection;
        }
        throw new IllegalStateException("The valve is missing");
    }

    /** The context of a request: its id, cancelled when its client has disconnected. */
    static RequestContext contextOf(HttpServletRequest request) {
        return RequestContext.NONE.withRequestId(RequestIdFilter.idOf(request)).cancelledWhen(of(request)::isClosed);
    }

    /**
     * Whether the connection has ended. For the thread that answers, after it has read the body.
     *
     * <p>The first byte of a next request that was sent ahead looks like the end once, but not twice: it stays in the buffer.
     */
    boolean isClosed() {
        int first = available();
        return first == END && available() == END;
    }

    /** The body of the request that came on it. */
    RawBody body() {
        return new RawBody(request);
    }

    private int available() {
        request.action(ActionCode.AVAILABLE, true);
        return request.getAvailable();
    }

    /** Puts the connection where {@link #of} finds it. */
    static final class Valve extends ValveBase {
        Valve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            request.setAttribute(ClientConnection.class.getName(), new ClientConnection(request.getCoyoteRequest()));
            getNext().invoke(request, response);
        }
    }
}
