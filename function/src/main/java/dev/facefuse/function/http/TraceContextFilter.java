package dev.facefuse.function.http;

import dev.facefuse.function.FusionTracing;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Makes what a request does part of the trace that its {@code traceparent} names (W3C Trace Context). */
final class TraceContextFilter extends HttpFilter {
    private final transient FusionTracing tracing;

    TraceContextFilter(FusionTracing tracing) {
        this.tracing = tracing;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        FusionTracing.Joined joined = tracing.join(request::getHeader);
        try {
            chain.doFilter(request, response);
        } finally {
            joined.leave();
        }
    }
}
