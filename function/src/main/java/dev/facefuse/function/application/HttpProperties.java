package dev.facefuse.function.application;

import static dev.facefuse.function.application.FacefuseProperties.require;

import dev.facefuse.function.application.AppliesTo.Command;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code facefuse.http.*}: how fast clients must be, and which host names and web sites the HTTP server answers to.
 *
 * @param bodyTimeout longest time for the body of a request with pictures, 1s to 1h; an event has a third of it
 * @param minBodyRate bytes per second that a client must send of a body, and read of a response, on average after the first sixth
 *     of the time; 0 for no limit
 * @param responseTimeout longest time that the server waits in all for a client to read a response, 1s to 1h
 * @param origins origins of web pages that may use the server from other sites (CORS), such as {@code https://example.org}.
 *     {@code *} is refused. Their hosts count as names of this server
 * @param hosts names that the {@code Host} header of a request may have, beside loopback names
 */
@AppliesTo(Command.SERVE)
public record HttpProperties(
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("16KB") DataSize minBodyRate,
        @DefaultValue("60s") Duration responseTimeout,
        @DefaultValue List<String> origins,
        @DefaultValue List<String> hosts) {

    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    public HttpProperties {
        origins = List.copyOf(origins);
        hosts = List.copyOf(hosts);
        requireTimeout("body-timeout", bodyTimeout);
        requireTimeout("response-timeout", responseTimeout);
        require(
                !minBodyRate.isNegative(),
                "facefuse.http.min-body-rate is " + minBodyRate + "; it cannot be negative.");
    }

    private static void requireTimeout(String name, Duration timeout) {
        require(
                timeout.toSeconds() >= 1 && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
                "facefuse.http." + name + " is " + timeout.toMillis()
                        + " ms; it must be between a second and an hour.");
    }
}
