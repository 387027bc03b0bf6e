package dev.facefuse.bench;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a report that something else than this module has written: {@code {"figures": {"p99": "4.3 ms"}, "markdown": "| … |"}},
 * either of which may be missing, and whatever else there is.
 */
record NamedFigures(Map<String, String> figures, String markdown) implements Report {
    @JsonCreator
    static NamedFigures of(
            @JsonProperty("figures") @Nullable Map<String, String> figures,
            @JsonProperty("markdown") @Nullable String markdown) {
        return new NamedFigures(
                Objects.requireNonNullElse(figures, Map.of()), Objects.requireNonNullElse(markdown, ""));
    }
}
