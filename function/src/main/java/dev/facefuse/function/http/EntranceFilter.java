package dev.facefuse.function.http;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.application.FuseMeters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpMethod;

/**
 * Lets a request in, or turns it away before Spring looks at it: a refusal costs those who fuse as little as possible.
 */
@SuppressWarnings("try") // A place works by being held.
final class EntranceFilter extends HttpFilter {
    private final transient BodyLimiter requests;
    private final transient ProblemWriter problems;
    private final transient FuseMeters meters;

    EntranceFilter(BodyLimiter requests, ProblemWriter problems, FuseMeters meters) {
        this.requests = requests;
        this.problems = problems;
        this.meters = meters;
    }

    /** The place of a request that was let in. */
    static BodyLimiter.Slot placeOf(HttpServletRequest request) {
        if (request.getAttribute(EntranceFilter.class.getName()) instanceof BodyLimiter.Slot place) {
            return place;
        }
        throw new IllegalStateException("The filter is missing");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!HttpMethod.POST.matches(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            try (BodyLimiter.Slot place = placeOf(request)) {
                chain.doFilter(request, response);
            }
            return;
        }
        BodyLimiter.Slot place;
        try {
            place = requests.acquire();
        } catch (FuseException e) {
            meters.refused();
            problems.write(response, Problem.of(e));
            return;
        }
        request.setAttribute(EntranceFilter.class.getName(), place);
        try {
            chain.doFilter(request, response);
        } finally {
            if (!request.isAsyncStarted()) { // Else the body is on its way, and the place belongs to its reader.
                place.close();
            }
        }
    }
}
