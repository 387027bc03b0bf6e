package dev.facefuse.function.http;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;

/**
 * Closes a connection whose request has ended before its body was read. Tomcat would read the rest of the body on a worker
 * thread, and wait for a client that does not send it.
 */
final class UnreadBodyAdapter extends ConnectorAdapter {

    UnreadBodyAdapter(Adapter adapter) {
        super(adapter);
    }

    @Override
    void after(Request request) {
        AtomicBoolean async = new AtomicBoolean();
        request.action(ActionCode.ASYNC_IS_ASYNC, async);
        if (!async.get() && new RawBody(request).isUnread()) {
            request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }
}
