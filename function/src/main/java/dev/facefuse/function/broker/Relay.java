package dev.facefuse.function.broker;

import dev.facefuse.function.events.Event;
import java.util.function.Consumer;

/** Puts events into the queue, as they are, for workers to do what they ask for. Safe for use by any thread. */
public final class Relay implements Consumer<Event> {
    private final Publisher publisher;
    private final QueueNames names;

    Relay(Publisher publisher, QueueNames names) {
        this.publisher = publisher;
        this.names = names;
    }

    /**
     * Returns when the broker has the event.
     *
     * @throws NotTakenException if it has not, or if that is not known
     */
    @Override
    public void accept(Event event) {
        publisher.publish(names.exchange(), names.group(), EventMessage.of(event));
    }
}
