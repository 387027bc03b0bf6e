package dev.facefuse.function.http;

import java.util.Map;
import org.springframework.http.HttpHeaders;

/**
 * What every answer says of itself: it is for its caller alone, kept by no cache, taken for nothing but its type, and, unless it
 * is {@link PageFilter}'s, no page and shown in none.
 */
public final class SecurityHeaders {
    /** Names and values. */
    public static final Map<String, String> ALL = Map.of(
            "X-Content-Type-Options",
            "nosniff",
            "Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy",
            "no-referrer",
            HttpHeaders.CACHE_CONTROL,
            "no-store");

    private SecurityHeaders() {}
}
