package dev.facefuse.function.http;

import dev.facefuse.function.broker.EventPublisher;
import dev.facefuse.function.broker.PublishException;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import dev.facefuse.function.events.UploadFunction;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /events} in relay mode: puts events into the queue for workers. The response is 204 once the broker has confirmed the
 * event, else 503, on which platforms send it again. Nothing is fused here, so no event is rejected as busy.
 */
@Controller
final class RelayController {
    private static final Logger log = LoggerFactory.getLogger(RelayController.class);
    private static final String RETRY_AFTER_SECONDS = "5";

    private final EventPublisher relay;
    private final UploadFunction uploads;
    private final BodyReader bodies;
    private final BodyPace pace;

    /**
     * A controller for one broker.
     *
     * @param uploads limits how many uploads an event may name
     * @param pace of an event's body
     */
    RelayController(EventPublisher relay, UploadFunction uploads, BodyReader bodies, BodyPace pace) {
        this.bodies = bodies;
        this.pace = pace;
        this.relay = relay;
        this.uploads = uploads;
    }

    @PostMapping(path = EventTypeFilter.EVENTS)
    void event(HttpServletRequest request, HttpServletResponse response) throws IOException {
        IncomingBody body = bodies.receive(request, EventTypeFilter.EVENTS, EventJson.LONGEST_BYTES, pace);
        if (body == null) {
            return; // Called again when the body has arrived.
        }
        Event event;
        try (body) {
            event = EventRequest.read(request, body.stream());
        }
        uploads.requireFewUploads(event);
        try {
            relay.accept(event);
            response.setStatus(HttpStatus.NO_CONTENT.value());
        } catch (PublishException e) {
            log.warn("The broker has not confirmed an event; the sender must send it again: {}", e.getMessage());
            log.debug("Not confirmed", e);
            Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "The broker has not confirmed that it has the event; send it again.")
                    .withHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .write(response);
        }
    }
}
