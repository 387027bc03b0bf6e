package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Caller;
import dev.facefuse.function.application.FuseMeters;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Outcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
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
    private final Function<Event, List<Outcome>> function;
    private final OpenRequests requests;
    private final ProblemWriter problems;
    private final FuseMeters meters;

    EventController(
            Function<Event, List<Outcome>> function, OpenRequests requests, ProblemWriter problems, FuseMeters meters) {
        this.function = function;
        this.requests = requests;
        this.problems = problems;
        this.meters = meters;
    }

    @PostMapping(path = "/events")
    void event(HttpServletRequest request, HttpServletResponse response) throws IOException {
        EventRequest.requireLength(request);
        try (OpenRequests.Place place = requests.enter()) {
            Event event = EventRequest.read(request);
            place.bodyRead();
            Caller.watched(ClientConnection.of(request)::gone, () -> function.apply(event));
            response.setStatus(HttpStatus.NO_CONTENT.value());
        } catch (FuseException e) {
            if (e.code() != ErrorCode.BUSY) {
                throw e;
            }
            meters.refused();
            problems.write(response, Problem.of(e).withStatus(HttpStatus.SERVICE_UNAVAILABLE.value()));
        }
    }
}
