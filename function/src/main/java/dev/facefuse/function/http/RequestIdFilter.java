package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
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

/** Gives each request a name that its answer and its lines in the log carry: the caller's own, if it has a plain one. */
final class RequestIdFilter extends HttpFilter {
    static final String HEADER = "X-Request-Id";

    /** What can stand in a log and a header as it is. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The id of a request that has passed this filter. */
    static String idOf(HttpServletRequest request) {
        if (request.getAttribute(HEADER) instanceof String id) {
            return id;
        }
        throw new IllegalStateException("The filter is missing");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String id = request.getAttribute(HEADER) instanceof String known ? known : id(request.getHeader(HEADER));
        request.setAttribute(HEADER, id); // For the dispatch that follows when the body is here.
        response.setHeader(HEADER, id);
        MDC.put(RequestContext.REQUEST_ID, id);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(RequestContext.REQUEST_ID);
        }
    }

    private static String id(@Nullable String callers) {
        return callers != null && PLAIN.matcher(callers).matches()
                ? callers
                : UUID.randomUUID().toString();
    }
}
