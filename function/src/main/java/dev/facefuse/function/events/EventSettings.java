package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;

/**
 * Where in a bucket things lie; each is a prefix that ends in a slash, none within another, so that no result is an upload.
 *
 * @param incoming what starts jobs
 * @param templates templates by their names
 * @param fused results
 */
public record EventSettings(String incoming, String templates, String fused) {
    public static final EventSettings DEFAULT = new EventSettings("incoming/", "templates/", "fused/");

    /** @throws FuseException {@code bad-request} for what is no prefix, or for one within another */
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
    }
}
