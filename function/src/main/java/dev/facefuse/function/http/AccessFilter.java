package dev.facefuse.function.http;

import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.application.FuseMeters;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;

/**
 * Demands an access token (RFC 6750, or {@code X-API-Key} where a platform needs {@code Authorization} for itself) before the body is
 * read. Every path needs one except health, whose callers are platforms, so a path that is added later is not open by mistake.
 */
final class AccessFilter extends HttpFilter {
    private static final String HEALTH = "/actuator/health";

    private final transient AccessTokens tokens;
    private final transient FuseMeters meters;

    AccessFilter(AccessTokens tokens, FuseMeters meters) {
        this.tokens = tokens;
        this.meters = meters;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isHealth(request) || isAdmitted(request)) {
            chain.doFilter(request, response);
            return;
        }
        meters.unauthorized();
        Problem.unauthorized().write(response);
    }

    private boolean isAdmitted(HttpServletRequest request) {
        return tokens.admit(request.getHeader(HttpHeaders.AUTHORIZATION), request.getHeader(AccessTokens.API_KEY));
    }

    /** Compares the path as Tomcat maps it: decoded, without dots and parameters. */
    static boolean isHealth(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
    }
}
