package dev.facefuse.function.broker;

import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.events.Event;
import java.util.function.Consumer;
import org.springframework.amqp.core.Message;

/**
 * Puts events into the queue, as they are, for workers to do what they ask for, as part of the trace that this thread is part of.
 * Safe for use by any thread.
 */
public final class Relay implements Consumer<Event> {
    private final Publisher publisher;
    private final QueueNames names;
    private final FusionTracing tracing;

    Relay(Publisher publisher, QueueNames names, FusionTracing tracing) {
        this.publisher = publisher;
        this.names = names;
        this.tracing = tracing;
    }

    /**
     * Returns when the broker has the event.
     *
     * @throws NotTakenException if it has not, or if that is not known
     */
    @Override
    public void accept(Event event) {
        Message message = EventMessage.of(event);
        tracing.fields().forEach(message.getMessageProperties()::setHeader);
        publisher.publish(names.exchange(), names.group(), message);
    }
}
