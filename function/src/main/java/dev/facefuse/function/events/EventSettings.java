package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.List;

/**
 * The prefixes within a bucket, and the limits of one event. Each prefix ends in a slash and none is within another, so that
 * no result is an upload.
 *
 * @param incoming what starts jobs
 * @param templates templates by their names
 * @param fused results
 * @param maxUploads uploads that one event may name, 1 … 100,000; an event with more is rejected as a whole
 * @param deadline for all uploads of one event, 1 s … 1 day; the event's next delivery continues with the rest
 */
public record EventSettings(String incoming, String templates, String fused, int maxUploads, Duration deadline) {
    public static final int DEFAULT_MAX_UPLOADS = 1000;
    public static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(5);
    private static final int LARGEST_MAX_UPLOADS = 100_000;
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
    private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

    /** Behind the limits, which its constructor reads. */
    public static final EventSettings DEFAULT = new EventSettings("incoming/", "templates/", "fused/");

    /** With the default limits. */
    public EventSettings(String incoming, String templates, String fused) {
        this(incoming, templates, fused, DEFAULT_MAX_UPLOADS, DEFAULT_DEADLINE);
    }

    /** @throws FuseException {@code bad-request} for an invalid prefix, one within another, or a limit out of range */
    public EventSettings {
        List<String> prefixes = List.of(incoming, templates, fused);
        for (String prefix : prefixes) {
            long holders = prefixes.stream().filter(prefix::startsWith).count();
            if (prefix.length() < 2 || !prefix.endsWith("/") || prefix.startsWith("/") || holders > 1) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "facefuse.events.incoming, .templates and .fused must be three prefixes like incoming/, each with a"
                                + " slash at its end and none within another.");
            }
        }
        if (maxUploads < 1 || maxUploads > LARGEST_MAX_UPLOADS) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "facefuse.events.max-uploads is " + maxUploads + "; it must be between 1 and " + LARGEST_MAX_UPLOADS
                            + ".");
        }
        if (deadline.compareTo(SHORTEST_DEADLINE) < 0 || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "facefuse.events.deadline is " + deadline.toMillis() + " ms; it must be between 1s and 1d.");
        }
    }
}
