package dev.facefuse.function.http;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Stands between Tomcat's connector and its container, so it begins before every valve and filter and ends after the response has been
 * sent. It has every response watched, makes the {@link ClientConnection} known, and closes a connection whose request has ended before
 * its body was read: Tomcat would read the rest of the body on a worker thread and wait for a client that does not send it.
 */
final class ConnectionAdapter implements Adapter {
    private final Adapter container;
    private final ClientWatch watch;
    private final BodyPace pace;
    private final ResettableProtocol protocol;

    private ConnectionAdapter(Adapter container, ClientWatch watch, BodyPace pace, ResettableProtocol protocol) {
        this.container = container;
        this.watch = watch;
        this.pace = pace;
        this.protocol = protocol;
    }

    /**
     * Puts an adapter before the connector's own, as soon as the connector has one.
     *
     * @param pace of responses
     */
    static void install(Connector connector, ClientWatch watch, BodyPace pace) {
        ResettableProtocol protocol = (ResettableProtocol) connector.getProtocolHandler();
        connector.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)) {
                protocol.setAdapter(new ConnectionAdapter(protocol.getAdapter(), watch, pace, protocol));
            }
        });
    }

    /** A thread takes up the request: a new one, or an asynchronous one that goes on. */
    private void begin(Request request, Response response) {
        OutgoingResponse outgoing = new OutgoingResponse(
                watch,
                pace,
                response::isCommitted,
                () -> protocol.reset(request.getServletConnection().getConnectionId()));
        request.setAttribute(OutgoingResponse.class.getName(), outgoing);
        request.setAttribute(ClientConnection.class.getName(), new ClientConnection(request));
        watch.add(outgoing);
    }

    /** The thread leaves the request: it has ended, or it waits for an event. */
    private static void end(Request request) {
        try {
            AtomicBoolean async = new AtomicBoolean();
            request.action(ActionCode.ASYNC_IS_ASYNC, async);
            if (!async.get() && new RawBody(request).isUnread()) {
                request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
            }
        } finally {
            if (request.getAttribute(OutgoingResponse.class.getName()) instanceof OutgoingResponse outgoing) {
                outgoing.end();
            }
        }
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        begin(request, response);
        try {
            container.service(request, response);
        } finally {
            end(request);
        }
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
        begin(request, response);
        try {
            return container.asyncDispatch(request, response, status);
        } finally {
            end(request);
        }
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return container.prepare(request, response);
    }

    @Override
    public void log(Request request, Response response, long time) {
        container.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        container.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return container.getDomain();
    }
}
