package dev.facefuse.function.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Objects;
import org.springframework.http.HttpHeaders;

/** What controllers read of a request before its body. */
final class Incoming {

    private Incoming() {}

    /** The URL's query as it was sent, empty if there is none. */
    static String query(HttpServletRequest request) {
        return Objects.requireNonNullElse(request.getQueryString(), "");
    }

    /** What it accepts, empty if it does not say. */
    static String accept(HttpServletRequest request) {
        return String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
    }

    /** Refuses a body that says of itself that it is too long. */
    static void requireLength(HttpServletRequest request, long maxBytes) throws BodyTooLargeException {
        if (request.getContentLengthLong() > maxBytes) {
            throw new BodyTooLargeException(maxBytes);
        }
    }
}
