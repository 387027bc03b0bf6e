package dev.facefuse.function.http;

import java.util.function.UnaryOperator;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/** Stands between a connector and the container: it begins before every valve, and ends after the response has been sent. */
abstract class ConnectorAdapter implements Adapter {
    private final Adapter adapter;

    ConnectorAdapter(Adapter adapter) {
        this.adapter = adapter;
    }

    /** Puts one before the connector's own, as soon as it has one. */
    static void install(Connector connector, UnaryOperator<Adapter> around) {
        connector.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)) {
                var protocol = connector.getProtocolHandler();
                protocol.setAdapter(around.apply(protocol.getAdapter()));
            }
        });
    }

    /** A thread takes the request up: first, or again because an asynchronous one goes on. */
    void before(Request request, Response response) {}

    /** The thread leaves the request: it has ended, or waits for an event. */
    abstract void after(Request request);

    @Override
    public void service(Request request, Response response) throws Exception {
        before(request, response);
        try {
            adapter.service(request, response);
        } finally {
            after(request);
        }
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
        before(request, response);
        try {
            return adapter.asyncDispatch(request, response, status);
        } finally {
            after(request);
        }
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return adapter.prepare(request, response);
    }

    @Override
    public void log(Request request, Response response, long time) {
        adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return adapter.getDomain();
    }
}
