package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * Sets the security headers of every response: no cache keeps it, browsers do not guess its type, and it is neither a page nor shown
 * in one. {@link PageFilter} replaces some of them.
 */
public final class SecurityHeadersFilter extends HttpFilter {
    /** Names and values. */
    public static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options",
            "nosniff",
            "Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy",
            "no-referrer",
            HttpHeaders.CACHE_CONTROL,
            "no-store");

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        set(response);
        chain.doFilter(request, response);
    }

    /** Sets them on a response that has passed no filter or was reset. */
    static void set(HttpServletResponse response) {
        HEADERS.forEach(response::setHeader);
    }
}
