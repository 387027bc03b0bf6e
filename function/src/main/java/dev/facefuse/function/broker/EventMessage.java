package dev.facefuse.function.broker;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;

/**
 * Converts events to messages and back. The body is the event's JSON. The attributes of a CloudEvent in binary mode are headers
 * (CloudEvents' AMQP binding, 3.1.3.1, which defines two prefixes for them).
 */
public final class EventMessage {
    private static final String ATTRIBUTE = "cloudEvents_";
    private static final List<String> ATTRIBUTES = List.of(ATTRIBUTE, "cloudEvents:");

    private EventMessage() {}

    /** A persistent message. */
    public static Message of(Event event) {
        MessageProperties properties = new MessageProperties();
        properties.setContentType(MessageProperties.CONTENT_TYPE_JSON);
        properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
        event.attributes().forEach((name, value) -> properties.setHeader(ATTRIBUTE + name, value));
        return new Message(event.body().toString().getBytes(StandardCharsets.UTF_8), properties);
    }

    /**
     * The event in a message.
     *
     * @throws FuseException {@code bad-request} if the body is not JSON or too long
     */
    public static Event read(Message message) {
        if (message.getBody().length > EventJson.LONGEST_BYTES) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "The event has " + message.getBody().length + " bytes; events have at most "
                            + EventJson.LONGEST_BYTES + ".");
        }
        Map<String, String> attributes = new HashMap<>();
        message.getMessageProperties().getHeaders().forEach((name, value) -> {
            for (String prefix : ATTRIBUTES) {
                if (name.startsWith(prefix) && value != null) {
                    attributes.put(name.substring(prefix.length()).toLowerCase(Locale.ROOT), value.toString());
                }
            }
        });
        try {
            return new Event(EventJson.read(new ByteArrayInputStream(message.getBody())), attributes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot happen: the bytes are in memory.
        }
    }
}
