package dev.facefuse.function.http;

import dev.facefuse.function.Messages;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsProcessor;
import org.springframework.web.cors.CorsUtils;

/**
 * Refuses requests that another web site's page sent, and requests under a foreign name, before anything else looks at them.
 * Answers CORS for configured origins, preflights included: those carry no token.
 */
final class OriginFilter extends HttpFilter {
    private static final List<String> EXPOSED = List.of(
            FuseExchange.REPORT_HEADER, HttpHeaders.RETRY_AFTER, RequestIdFilter.HEADER, HttpHeaders.WWW_AUTHENTICATE);
    private static final long PREFLIGHT_SECONDS = 600;

    private final transient AllowedHosts hosts;
    private final transient Origins origins;
    private final transient boolean cors;
    private final transient ProblemWriter problems;
    private final transient CorsConfiguration permission = new CorsConfiguration();
    private final transient CorsProcessor processor;

    /**
     * For one server.
     *
     * @param configured origins whose pages may use it
     */
    OriginFilter(AllowedHosts hosts, Set<String> configured, ProblemWriter problems) {
        this.hosts = hosts;
        this.origins = new Origins(configured);
        this.cors = !configured.isEmpty();
        this.problems = problems;
        this.processor = new ProblemCorsProcessor(problems);
        permission.setAllowedOrigins(List.copyOf(configured));
        permission.setAllowedMethods(List.of("GET", "HEAD", "POST"));
        permission.setAllowedHeaders(List.of(CorsConfiguration.ALL));
        permission.setExposedHeaders(EXPOSED);
        permission.setAllowPrivateNetwork(true);
        permission.setMaxAge(PREFLIGHT_SECONDS);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (cors) {
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        if (!hosts.allow(request)) {
            problems.write(response, foreignHost(request));
            return;
        }
        switch (origins.sender(request)) {
            case OWN -> chain.doFilter(request, response);
            case CONFIGURED -> {
                boolean permitted = processor.processRequest(permission, request, response);
                if (permitted && !CorsUtils.isPreFlightRequest(request)) {
                    chain.doFilter(request, response);
                }
            }
            case FOREIGN -> problems.write(response, foreignOrigin(request));
        }
    }

    private static Problem foreignHost(HttpServletRequest request) {
        String host = Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), "");
        return Problem.of(
                HttpStatus.FORBIDDEN,
                "This server is not called '" + Messages.quoted(host)
                        + "'; use localhost, or add the name to facefuse.http.hosts (FACEFUSE_HTTP_HOSTS).");
    }

    private static Problem foreignOrigin(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return Problem.of(
                HttpStatus.FORBIDDEN,
                "A page of another web site" + (origin == null ? "" : " ('" + Messages.quoted(origin) + "')")
                        + " sent this request; to permit that, add the page's origin to facefuse.http.origins"
                        + " (FACEFUSE_HTTP_ORIGINS).");
    }
}
