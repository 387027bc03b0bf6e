package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Recognises requests of other web sites' pages by {@code Origin} (RFC 6454) and {@code Sec-Fetch-Site} (W3C Fetch Metadata), which a
 * page cannot set. This server's own page and configured origins are permitted. Programs other than browsers send neither header.
 */
final class Origins {
    private static final String SITE = "Sec-Fetch-Site";
    private static final String SAME_ORIGIN = "same-origin";
    private static final String USER = "none";

    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://(?:\\[[0-9a-f:.]+]|[^\\s/?#@*:\\[\\]]+)(?::\\d{1,5})?");

    private final Set<String> configured;

    /** @param configured origins such as {@code https://example.org}, in lower case without a default port */
    Origins(Set<String> configured) {
        this.configured = Set.copyOf(configured);
    }

    /**
     * Parses configured origins; a slash at the end is dropped.
     *
     * @throws FuseException {@code bad-request} for {@code *}, {@code null}, and an origin with a path or without a scheme
     */
    static Set<String> parse(List<String> origins) {
        Set<String> parsed = new LinkedHashSet<>();
        for (String origin : origins) {
            String normalized = normalized(origin.strip().replaceFirst("/$", ""));
            if (!ORIGIN.matcher(normalized).matches()) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "facefuse.http.origins has '" + Messages.quoted(origin)
                                + "', which is no origin; name each one as https://host or https://host:port, without a path"
                                + " and without *.");
            }
            parsed.add(normalized);
        }
        return parsed;
    }

    /** The origin of a request. */
    enum Sender {
        /** This server's page, a user's own navigation, or a program that is no browser. */
        OWN,
        /** A page of a configured origin. */
        CONFIGURED,
        /** A page of another origin. */
        FOREIGN
    }

    /** The sender of a request, by its headers alone. */
    Sender sender(HttpServletRequest request) {
        List<String> origins = Collections.list(request.getHeaders(HttpHeaders.ORIGIN));
        List<String> sites = Collections.list(request.getHeaders(SITE));
        if (origins.size() > 1 || sites.size() > 1) {
            return Sender.FOREIGN;
        }
        String site = sites.isEmpty() ? null : sites.get(0).strip();
        boolean own = site == null || site.equals(SAME_ORIGIN) || site.equals(USER);
        if (origins.isEmpty()) {
            return own || isNavigation(request) ? Sender.OWN : Sender.FOREIGN;
        }
        String origin = normalized(origins.get(0));
        if (configured.contains(origin)) {
            return Sender.CONFIGURED;
        }
        return own && isOwn(origin, SAME_ORIGIN.equals(site), request) ? Sender.OWN : Sender.FOREIGN;
    }

    /** Whether a user followed a link or entered an address: the browser shows the response to the user and to no page. */
    private static boolean isNavigation(HttpServletRequest request) {
        String destination = request.getHeader("Sec-Fetch-Dest");
        return HttpMethod.GET.matches(request.getMethod())
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && (destination == null || destination.equals("document"));
    }

    /**
     * Whether an origin is this server's.
     *
     * @param said whether the browser says that the request has the same origin; then the scheme may differ, because a proxy may end
     *     TLS, and browsers may send {@code null} for a page without referrers
     */
    private static boolean isOwn(String origin, boolean said, HttpServletRequest request) {
        String host = Objects.requireNonNullElse(request.getHeader(HttpHeaders.HOST), "");
        if (said) {
            return origin.equals("null")
                    || withoutDefaultPort(authority(origin)).equals(withoutDefaultPort(host.toLowerCase(Locale.ROOT)));
        }
        return !host.isEmpty() && origin.equals(normalized(request.getScheme() + "://" + host));
    }

    private static String withoutDefaultPort(String authority) {
        return authority.replaceFirst(":(?:80|443)$", "");
    }

    /** The origin in lower case, without its scheme's default port. */
    static String normalized(String origin) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        String port = lower.startsWith("https://") ? ":443" : lower.startsWith("http://") ? ":80" : null;
        return port != null && lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }

    /** The part after the scheme. */
    static String authority(String origin) {
        int from = origin.indexOf("://");
        return from < 0 ? origin : origin.substring(from + "://".length());
    }
}
