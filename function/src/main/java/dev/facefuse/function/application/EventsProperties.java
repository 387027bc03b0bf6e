package dev.facefuse.function.application;

import dev.facefuse.function.application.AppliesTo.Command;
import dev.facefuse.function.events.EventSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code facefuse.events.*}: upload events. The ranges are those of {@link EventSettings}.
 *
 * @param incoming prefix of uploads that start a fusion
 * @param templates prefix of templates
 * @param fused prefix of results
 * @param maxUploads most uploads in one event; a larger event is rejected as a whole
 * @param deadline longest time for all uploads of one event. Then the answer is an error, and the next delivery of the event
 *     continues with the remaining uploads
 * @param relay whether {@code POST /events} publishes events to the queue instead of processing them
 */
public record EventsProperties(
        @DefaultValue("incoming/") String incoming,
        @DefaultValue("templates/") String templates,
        @DefaultValue("fused/") String fused,
        @DefaultValue("1000") int maxUploads,
        @DefaultValue("5m") Duration deadline,
        @AppliesTo(Command.SERVE) @DefaultValue("false") boolean relay) {

    public EventsProperties {
        new EventSettings(incoming, templates, fused, maxUploads, deadline);
    }

    EventSettings settings() {
        return new EventSettings(incoming, templates, fused, maxUploads, deadline);
    }
}
