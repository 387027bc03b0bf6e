package dev.facefuse.function.queue;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.broker.EventMessage;
import dev.facefuse.function.broker.NotTakenException;
import dev.facefuse.function.broker.Publisher;
import dev.facefuse.function.broker.QueueNames;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Faults;
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
 * Does what a message asks for. It returns when the result is stored, or when the message is in another queue: where it waits for
 * the next try, if its fault may pass, else among the dead letters, with the reason in its headers. Then the message is
 * acknowledged; one whose worker dies before is not, and comes again. All of it is part of the trace that the message's headers
 * name.
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
    private final FacefuseProperties.Queue settings;

    UploadConsumer(
            Function<Event, List<Outcome>> events,
            Publisher publisher,
            QueueNames names,
            FusionTracing tracing,
            FacefuseProperties.Queue settings) {
        this.events = events;
        this.publisher = publisher;
        this.names = names;
        this.tracing = tracing;
        this.settings = settings;
    }

    /** @throws NotTakenException if it cannot be put into another queue; it then stays where it is */
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
            if (Faults.mayPass(e)) {
                again(message, e.code().code(), e.getMessage());
            } else {
                bury(message, e.code().code(), e.getMessage());
            }
        } catch (OutOfMemoryError e) {
            log.error("The heap is too small for an event's pictures; raise it with -Xmx", e);
            again(message, ErrorCode.OUT_OF_MEMORY.code(), "The heap is too small.");
        } catch (RuntimeException e) {
            log.error("An event failed", e);
            again(message, "internal-server-error", "A defect; the worker's log has more.");
        } finally {
            joined.leave();
        }
    }

    private static @Nullable String text(Message message, String header) {
        Object value = message.getMessageProperties().getHeader(header);
        return value == null ? null : value.toString();
    }

    private void again(Message message, String code, String detail) {
        int tries =
                message.getMessageProperties().getHeader(TRIES) instanceof Number before ? before.intValue() + 1 : 1;
        if (tries >= settings.tries()) {
            bury(message, code, detail);
            return;
        }
        log.info("An event comes again in {} s ({}): {}", settings.retryDelay().toSeconds(), code, detail);
        Message copy = copy(message, Map.of(TRIES, tries, CODE, code));
        copy.getMessageProperties()
                .setExpiration(Long.toString(settings.retryDelay().toMillis()));
        publisher.publish(DEFAULT_EXCHANGE, names.retries(), copy);
    }

    private void bury(Message message, String code, String detail) {
        log.warn("An event goes to {} ({}): {}", names.deadLetters(), code, detail);
        Message copy = copy(message, Map.of(CODE, code, DETAIL, detail));
        // Who moves it back means it to be tried as if it were new.
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
