package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.function.FusionTracing;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives each request an id, which its response and its log lines carry, and makes it part of the trace that its {@code traceparent}
 * names (W3C Trace Context).
 */
final class CorrelationFilter extends HttpFilter {
    /** Header of the request's id. */
    static final String REQUEST_ID = "X-Request-Id";

    /** Ids that the client may choose: they can stand in a log line and in a header unchanged. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final transient FusionTracing tracing;

    CorrelationFilter(FusionTracing tracing) {
        this.tracing = tracing;
    }

    /** The id of a request that has passed this filter. */
    static String idOf(HttpServletRequest request) {
        if (request.getAttribute(REQUEST_ID) instanceof String id) {
            return id;
        }
        throw new IllegalStateException("The filter is missing");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // A request comes here again when its body has arrived, and keeps its id.
        String id =
                request.getAttribute(REQUEST_ID) instanceof String known ? known : id(request.getHeader(REQUEST_ID));
        request.setAttribute(REQUEST_ID, id);
        response.setHeader(REQUEST_ID, id);
        MDC.put(RequestContext.REQUEST_ID, id);
        FusionTracing.Joined trace = tracing.join(request::getHeader);
        try {
            chain.doFilter(request, response);
        } finally {
            trace.leave();
            MDC.remove(RequestContext.REQUEST_ID);
        }
    }

    private static String id(@Nullable String ofClient) {
        return ofClient != null && PLAIN.matcher(ofClient).matches()
                ? ofClient
                : UUID.randomUUID().toString();
    }
}
