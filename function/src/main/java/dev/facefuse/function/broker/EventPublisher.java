package dev.facefuse.function.broker;

import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.events.Event;
import java.util.function.Consumer;
import org.springframework.amqp.core.Message;

/**
 * Publishes events unchanged to the queue, for workers to process. The message carries the current trace. Thread-safe.
 */
public final class EventPublisher implements Consumer<Event> {
    private final Publisher publisher;
    private final QueueNames names;
    private final FusionTracing tracing;

    EventPublisher(Publisher publisher, QueueNames names, FusionTracing tracing) {
        this.publisher = publisher;
        this.names = names;
        this.tracing = tracing;
    }

    /**
     * Publishes an event and waits until the broker confirms it.
     *
     * @throws PublishException if the broker does not confirm it
     */
    @Override
    public void accept(Event event) {
        Message message = EventMessage.of(event);
        tracing.fields().forEach(message.getMessageProperties()::setHeader);
        publisher.publish(names.exchange(), names.group(), message);
    }
}
