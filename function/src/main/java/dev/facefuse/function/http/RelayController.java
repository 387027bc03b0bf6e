package dev.facefuse.function.http;

import dev.facefuse.function.broker.NotTakenException;
import dev.facefuse.function.broker.Relay;
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
 * {@code POST /events} for workers to do: the answer is 204 once the broker has the event, else 503, upon which platforms send it
 * again. Nothing is fused here, so nobody is ever too busy for it.
 */
@Controller
final class RelayController {
    private static final Logger log = LoggerFactory.getLogger(RelayController.class);
    private static final String EVENTS = "/events";
    private static final String RETRY_AFTER_SECONDS = "5";

    private final Relay relay;
    private final UploadFunction uploads;
    private final BodyReader bodies;
    private final BodyPace pace;
    private final ProblemWriter problems;

    /**
     * Uses all of these.
     *
     * @param uploads says how many an event may name
     * @param pace of an event's body
     */
    RelayController(Relay relay, UploadFunction uploads, BodyReader bodies, BodyPace pace, ProblemWriter problems) {
        this.bodies = bodies;
        this.pace = pace;
        this.relay = relay;
        this.uploads = uploads;
        this.problems = problems;
    }

    @PostMapping(path = EVENTS)
    void event(HttpServletRequest request, HttpServletResponse response) throws IOException {
        IncomingBody body = bodies.receive(request, EVENTS, EventJson.LONGEST_BYTES, pace, () -> {});
        if (body == null) {
            return;
        }
        Event event;
        try (body) {
            event = EventRequest.read(request, body.stream());
        }
        uploads.requireFewUploads(event);
        try {
            relay.accept(event);
            response.setStatus(HttpStatus.NO_CONTENT.value());
        } catch (NotTakenException e) {
            log.warn("An event is not in the queue, and is to come again: {}", e.getMessage());
            log.debug("Not in the queue", e);
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
            problems.write(
                    response,
                    Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "The broker has not confirmed that it has the event; send it again."));
        }
    }
}
