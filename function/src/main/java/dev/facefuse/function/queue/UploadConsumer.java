package dev.facefuse.function.queue;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.QueueProperties;
import dev.facefuse.function.broker.EventMessage;
import dev.facefuse.function.broker.PublishException;
import dev.facefuse.function.broker.Publisher;
import dev.facefuse.function.broker.QueueNames;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.integration.StaticMessageHeaderAccessor;

/**
 * Processes a message. It returns when the result is stored, or when the message is in another queue: the retry queue after a retryable
 * error, else the dead-letter queue, with the error in its headers. Then the message is acknowledged. If the worker crashes before, the
 * broker redelivers the message. The processing is part of the trace that the message's headers name.
 */
final class UploadConsumer implements Consumer<org.springframework.messaging.Message<byte[]>> {
    static final String TRIES = "facefuse-tries";
    static final String CODE = "facefuse-code";
    static final String DETAIL = "facefuse-detail";

    private static final Logger log = LoggerFactory.getLogger(UploadConsumer.class);
    private static final String DEFAULT_EXCHANGE = "";

    private final Function<Event, List<Outcome>> events;
    private final Publisher publisher;
    private final QueueNames names;
    private final FusionTracing tracing;
    private final QueueProperties settings;

    UploadConsumer(
            Function<Event, List<Outcome>> events,
            Publisher publisher,
            QueueNames names,
            FusionTracing tracing,
            QueueProperties settings) {
        this.events = events;
        this.publisher = publisher;
        this.names = names;
        this.tracing = tracing;
        this.settings = settings;
    }

    /** @throws PublishException if the message cannot be put into another queue; it is then redelivered */
    @Override
    public void accept(org.springframework.messaging.Message<byte[]> delivered) {
        Message message = Objects.requireNonNull(StaticMessageHeaderAccessor.getSourceData(delivered));
        if (Boolean.TRUE.equals(message.getMessageProperties().isRedelivered())) {
            log.info("An event is delivered again, whose worker died or lost the broker");
        }
        FusionTracing.Joined joined = tracing.join(name -> text(message, name));
        try {
            List<Outcome> outcomes = events.apply(EventMessage.read(message));
            log.debug("An event is done: {}", outcomes);
        } catch (FuseException e) {
            if (e.code().isRetryable()) {
                retry(message, e.code().code(), e.getMessage());
            } else {
                deadLetter(message, e.code().code(), e.getMessage());
            }
        } catch (OutOfMemoryError e) {
            log.error("The heap is too small for an event's pictures; raise it with -Xmx", e);
            retry(message, ErrorCode.OUT_OF_MEMORY.code(), "The heap is too small.");
        } catch (RuntimeException e) {
            log.error("An event failed", e);
            retry(message, "internal-server-error", "A defect; the worker's log has more.");
        } finally {
            joined.leave();
        }
    }

    private static @Nullable String text(Message message, String header) {
        Object value = message.getMessageProperties().getHeader(header);
        return value == null ? null : value.toString();
    }

    private void retry(Message message, String code, String detail) {
        int tries =
                message.getMessageProperties().getHeader(TRIES) instanceof Number before ? before.intValue() + 1 : 1;
        if (tries >= settings.tries()) {
            deadLetter(message, code, detail);
            return;
        }
        log.info("An event comes again in {} s ({}): {}", settings.retryDelay().toSeconds(), code, detail);
        Message copy = copy(message, Map.of(TRIES, tries, CODE, code));
        copy.getMessageProperties()
                .setExpiration(Long.toString(settings.retryDelay().toMillis()));
        publisher.publish(DEFAULT_EXCHANGE, names.retries(), copy);
    }

    private void deadLetter(Message message, String code, String detail) {
        log.warn("An event goes to {} ({}): {}", names.deadLetters(), code, detail);
        Message copy = copy(message, Map.of(CODE, code, DETAIL, detail));
        // If an operator moves the message back, its attempts start again.
        copy.getMessageProperties().getHeaders().remove(TRIES);
        publisher.publish(DEFAULT_EXCHANGE, names.deadLetters(), copy);
    }

    private static Message copy(Message message, Map<String, Object> headers) {
        return MessageBuilder.fromMessage(message)
                .copyHeaders(headers)
                .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                .build();
    }
}
