package dev.facefuse.function.events;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An event as it was received.
 *
 * @param body JSON of any vendor's shape; {@link EventParser} lists the known ones
 * @param attributes of a CloudEvent in binary mode, such as {@code type}; empty for everything else
 */
public record Event(JsonNode body, Map<String, String> attributes) {

    public Event {
        attributes = Map.copyOf(attributes);
    }

    /** An event that is its body, as Lambda, webhooks and structured CloudEvents have it. */
    public static Event of(JsonNode body) {
        return new Event(body, Map.of());
    }
}
