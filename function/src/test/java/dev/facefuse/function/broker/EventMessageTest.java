package dev.facefuse.function.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;

class EventMessageTest {

    @Test
    void anEventComesBackAsItWent() throws IOException {
        Event event = new Event(
                EventJson.read(
                        new ByteArrayInputStream(bytes("{\"name\":\"ich + du \\u4f60.jpg\",\"size\":12345678901}"))),
                Map.of("type", "google.cloud.storage.object.v1.finalized", "subject", "objects/incoming/ich + du.jpg"));
        Message message = EventMessage.of(event);
        assertThat(message.getMessageProperties().getDeliveryMode()).isEqualTo(MessageDeliveryMode.PERSISTENT);
        assertThat(message.getMessageProperties().getContentType()).isEqualTo("application/json");
        assertThat(EventMessage.read(message)).isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloudEvents_", "cloudEvents:"})
    void attributesHaveOneOfTwoPrefixes(String prefix) {
        MessageProperties properties = new MessageProperties();
        properties.setHeader(prefix + "type", "com.example.put");
        properties.setHeader(prefix + "Size", 3);
        properties.setHeader("type", "of something else");
        assertThat(EventMessage.read(new Message(bytes("{}"), properties)).attributes())
                .isEqualTo(Map.of("type", "com.example.put", "size", "3"));
    }

    @Test
    void refusesWhatIsNotJson() {
        refuses(bytes("hello"), "The event is not JSON");
        refuses(new byte[] {(byte) 0x1f, (byte) 0x8b}, "The event is not JSON");
    }

    @Test
    void refusesWhatIsLongerThanEventsAre() {
        refuses(new byte[EventJson.LONGEST_BYTES + 1], "The event has 1048577 bytes;");
    }

    private static void refuses(byte[] body, String sentence) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> EventMessage.read(new Message(body)))
                .withMessageStartingWith(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
