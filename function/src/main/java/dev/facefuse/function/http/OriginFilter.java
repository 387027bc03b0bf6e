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
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsProcessor;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * Rejects requests that a page of another web site sent and requests with a foreign host name, before any other code handles them.
 * Handles CORS for configured origins, including preflight requests, which carry no token.
 */
final class OriginFilter extends HttpFilter {
    private static final List<String> EXPOSED = List.of(
            FuseEndpoint.REPORT_HEADER,
            HttpHeaders.RETRY_AFTER,
            CorrelationFilter.REQUEST_ID,
            HttpHeaders.WWW_AUTHENTICATE);
    private static final long PREFLIGHT_SECONDS = 600;

    private final transient AllowedHosts hosts;
    private final transient Origins origins;
    private final transient boolean cors;
    private final transient CorsConfiguration permission = new CorsConfiguration();
    private final transient CorsProcessor processor = new ProblemCorsProcessor();

    /**
     * A filter for one server.
     *
     * @param configured origins whose pages may use the server
     */
    OriginFilter(AllowedHosts hosts, Set<String> configured) {
        this.hosts = hosts;
        this.origins = new Origins(configured);
        this.cors = !configured.isEmpty();
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
            foreignHost(request).write(response);
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
            case FOREIGN -> foreignOrigin(request).write(response);
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

    /** Spring's CORS with a problem response for a rejected request, instead of a line of text. */
    private static final class ProblemCorsProcessor extends DefaultCorsProcessor {
        @Override
        protected void rejectRequest(ServerHttpResponse response) throws IOException {
            if (response instanceof ServletServerHttpResponse servlet) {
                Problem.of(
                                HttpStatus.FORBIDDEN,
                                "The method or a header of this request is not among those that other origins may use; they may use"
                                        + " GET, HEAD and POST.")
                        .write(servlet.getServletResponse());
            }
        }
    }
}
