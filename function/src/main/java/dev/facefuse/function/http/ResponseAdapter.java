package dev.facefuse.function.http;

import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;

/** Has every response watched, from before the first filter until its last byte has been handed to the system. */
final class ResponseAdapter extends ConnectorAdapter {
    private final ClientWatch watch;
    private final BodyPace pace;
    private final ResettableProtocol protocol;

    ResponseAdapter(Adapter adapter, ClientWatch watch, BodyPace pace, ResettableProtocol protocol) {
        super(adapter);
        this.watch = watch;
        this.pace = pace;
        this.protocol = protocol;
    }

    @Override
    void before(Request request, Response response) {
        OutgoingResponse outgoing = new OutgoingResponse(
                watch,
                pace,
                response::isCommitted,
                () -> protocol.reset(request.getServletConnection().getConnectionId()));
        request.setAttribute(OutgoingResponse.class.getName(), outgoing);
        watch.add(outgoing);
    }

    @Override
    void after(Request request) {
        if (request.getAttribute(OutgoingResponse.class.getName()) instanceof OutgoingResponse outgoing) {
            outgoing.end();
        }
    }
}
