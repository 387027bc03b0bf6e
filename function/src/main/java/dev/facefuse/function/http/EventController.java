package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.FuseMeters;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import dev.facefuse.function.events.UploadFunction;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /events} and {@code POST /invoke}: handles webhooks and CloudEvents, binary or structured. The response is 204 without a
 * body, which every platform takes for success (Knative takes any body but a CloudEvent for a failure), or a problem. Temporary errors
 * have a 5xx status, on which platforms send the event again; busy is a 503 with {@code Retry-After}.
 */
@Controller
final class EventController {
    /** The status of {@code busy}: platforms do not retry a 429. */
    static final HttpStatus BUSY_STATUS = HttpStatus.SERVICE_UNAVAILABLE;

    private final UploadFunction uploads;
    private final BodyReader bodies;
    private final BodyPace pace;
    private final FuseMeters meters;

    /** @param pace of an event's body */
    EventController(UploadFunction uploads, BodyReader bodies, BodyPace pace, FuseMeters meters) {
        this.uploads = uploads;
        this.bodies = bodies;
        this.pace = pace;
        this.meters = meters;
    }

    @PostMapping(path = EventTypeFilter.EVENTS)
    void event(HttpServletRequest request, HttpServletResponse response) throws IOException {
        handle(EventTypeFilter.EVENTS, request, response);
    }

    /** The path of triggers of Alibaba's Function Compute ("Event handlers" in custom containers). */
    @PostMapping(path = EventTypeFilter.INVOKE)
    void invocation(HttpServletRequest request, HttpServletResponse response) throws IOException {
        handle(EventTypeFilter.INVOKE, request, response);
        if (response.getStatus() == HttpStatus.NO_CONTENT.value()) {
            EventTypeFilter.succeed(response);
        }
    }

    private void handle(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            IncomingBody body = bodies.receive(request, path, EventJson.LONGEST_BYTES, pace);
            if (body == null) {
                return; // Called again when the body has arrived.
            }
            Event event;
            try (body) {
                event = EventRequest.read(request, body.stream());
            }
            uploads.apply(event, ClientConnection.contextOf(request));
            response.setStatus(HttpStatus.NO_CONTENT.value());
        } catch (FuseException e) {
            if (e.code() != ErrorCode.BUSY) {
                throw e;
            }
            meters.refused();
            Problem.of(e).withStatus(BUSY_STATUS).write(response);
        }
    }
}
