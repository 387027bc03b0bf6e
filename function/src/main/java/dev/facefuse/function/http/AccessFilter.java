package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Asks for a token (RFC 6750, or {@code X-API-Key} where a platform needs {@code Authorization} for itself), before the body
 * is read. Everything wants one but health, whose callers are platforms: what is added later is not open by mistake.
 */
final class AccessFilter extends HttpFilter {
    static final String API_KEY = "X-API-Key";

    private static final String HEALTH = "/actuator/health";
    private static final String SCHEME = "Bearer ";

    private final transient AccessTokens tokens;
    private final transient ProblemWriter problems;
    private final transient FuseMeters meters;

    AccessFilter(AccessTokens tokens, ProblemWriter problems, FuseMeters meters) {
        this.tokens = tokens;
        this.problems = problems;
        this.meters = meters;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (tokens.none() || isHealth(request) || isKnown(request)) {
            chain.doFilter(request, response);
            return;
        }
        meters.unauthorized();
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"facefuse\"");
        problems.write(
                response,
                Problem.of(
                        HttpStatus.UNAUTHORIZED,
                        "A token that is known here is missing; send it as Authorization: Bearer or as " + API_KEY
                                + "."));
    }

    /** By the path as Tomcat maps it: decoded, without dots and parameters. */
    private static boolean isHealth(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
    }

    private boolean isKnown(HttpServletRequest request) {
        return has(bearer(request.getHeader(HttpHeaders.AUTHORIZATION))) || has(request.getHeader(API_KEY));
    }

    private boolean has(@Nullable String token) {
        return token != null && tokens.has(token);
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }
}
