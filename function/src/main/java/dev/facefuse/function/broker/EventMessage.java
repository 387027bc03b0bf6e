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
 * Events as messages: the body is the event's, and a CloudEvent in binary mode has its attributes in the headers (CloudEvents'
 * AMQP binding, 3.1.3.1, which has two prefixes for them).
 */
public final class EventMessage {
    private static final String ATTRIBUTE = "cloudEvents_";
    private static final List<String> ATTRIBUTES = List.of(ATTRIBUTE, "cloudEvents:");

    private EventMessage() {}

    /** A message that outlives the broker. */
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
     * @throws FuseException {@code bad-request} for what is not JSON, or longer than events are
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
            throw new UncheckedIOException(e); // Of bytes in memory there is none.
        }
    }
}
