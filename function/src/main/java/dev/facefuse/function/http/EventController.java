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
 * {@code POST /events}: webhooks and CloudEvents, binary or structured. The answer is 204 without a body, which is what every
 * platform takes for done (Knative takes any body but a CloudEvent for a failure), or a problem; what may pass is a 5xx, upon
 * which they send the event again, busy a 503 with {@code Retry-After}.
 */
@Controller
final class EventController {
    private static final String EVENTS = "/events";
    private static final String INVOKE = "/invoke";
    private static final String PLACE = EventController.class.getName();
    private static final String INVOCATION = "x-fc-status";
    private static final String SUCCEEDED = "200";
    private static final String FAILED = "404";

    private final UploadFunction function;
    private final BodyLimiter requests;
    private final BodyReader bodies;
    private final BodyPace pace;
    private final ProblemWriter problems;
    private final FuseMeters meters;

    /** @param pace of an event's body */
    EventController(
            UploadFunction function,
            BodyLimiter requests,
            BodyReader bodies,
            BodyPace pace,
            ProblemWriter problems,
            FuseMeters meters) {
        this.bodies = bodies;
        this.pace = pace;
        this.function = function;
        this.requests = requests;
        this.problems = problems;
        this.meters = meters;
    }

    @PostMapping(path = EVENTS)
    void event(HttpServletRequest request, HttpServletResponse response) throws IOException {
        event(EVENTS, request, response);
    }

    private void event(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        EventRequest.requireLength(request);
        try {
            if (request.getAttribute(PLACE) instanceof BodyLimiter.Slot place) {
                try (place) {
                    handle(path, place, request, response);
                }
                return;
            }
            BodyLimiter.Slot place = requests.acquire();
            request.setAttribute(PLACE, place);
            try {
                handle(path, place, request, response);
            } finally {
                if (!request.isAsyncStarted()) { // Else the body is on its way, and the place belongs to its reader.
                    place.close();
                }
            }
        } catch (FuseException e) {
            if (e.code() != ErrorCode.BUSY) {
                throw e;
            }
            meters.refused();
            problems.write(response, Problem.of(e).withStatus(HttpStatus.SERVICE_UNAVAILABLE.value()));
        }
    }

    private void handle(String path, BodyLimiter.Slot place, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        IncomingBody body = bodies.receive(request, path, EventJson.LONGEST_BYTES, pace, place::close);
        if (body == null) {
            return;
        }
        Event event;
        try (body) {
            event = EventRequest.read(request, body.stream());
        }
        place.bodyRead();
        function.apply(event, ClientConnection.contextOf(request));
        response.setStatus(HttpStatus.NO_CONTENT.value());
    }

    /**
     * The same for Alibaba's Function Compute, whose triggers know no other path, and no failure but by a header of theirs
     * ("Event handlers" in custom containers): what is not done has failed, and comes again.
     */
    @PostMapping(path = INVOKE)
    void invocation(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader(INVOCATION, FAILED);
        event(INVOKE, request, response);
        if (response.getStatus() == HttpStatus.NO_CONTENT.value()) {
            response.setHeader(INVOCATION, SUCCEEDED);
            response.setStatus(HttpStatus.OK.value());
        }
    }
}
