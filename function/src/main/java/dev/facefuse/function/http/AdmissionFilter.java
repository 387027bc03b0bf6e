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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

/**
 * Admits a request or rejects it before its body is read and before Spring handles it, so that a rejection costs running fusions as
 * little as possible.
 */
@SuppressWarnings("try") // A slot works by being held.
final class AdmissionFilter extends HttpFilter {
    private final transient BodyLimiter limiter;
    private final HttpStatus busyStatus;
    private final transient FuseMeters meters;

    /** @param busyStatus of rejections */
    AdmissionFilter(BodyLimiter limiter, HttpStatus busyStatus, FuseMeters meters) {
        this.limiter = limiter;
        this.busyStatus = busyStatus;
        this.meters = meters;
    }

    /** The slot of an admitted request; null if its path needs no admission. */
    static BodyLimiter.@Nullable Slot slotOf(HttpServletRequest request) {
        return request.getAttribute(AdmissionFilter.class.getName()) instanceof BodyLimiter.Slot slot ? slot : null;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!HttpMethod.POST.matches(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            try (BodyLimiter.Slot slot = slotOf(request)) {
                chain.doFilter(request, response);
            }
            return;
        }
        BodyLimiter.Slot slot;
        try {
            slot = limiter.acquire();
        } catch (FuseException e) {
            meters.refused();
            Problem.of(e).withStatus(busyStatus).write(response);
            return;
        }
        request.setAttribute(AdmissionFilter.class.getName(), slot);
        try {
            chain.doFilter(request, response);
        } finally {
            if (!request.isAsyncStarted()) { // Otherwise BodyReader is receiving the body and closes the slot.
                slot.close();
            }
        }
    }
}
