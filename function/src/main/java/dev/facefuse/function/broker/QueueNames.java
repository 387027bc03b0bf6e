package dev.facefuse.function.broker;

/**
 * Names of the exchange and the queues at the broker.
 *
 * @param exchange topic exchange that events are published to
 * @param group name of the consumer group; its workers share the events
 */
public record QueueNames(String exchange, String group) {

    /** The queue of events for workers: {@code facefuse.uploads}. */
    public String queue() {
        return exchange + "." + group;
    }

    /** The queue of events that wait for a retry. */
    public String retries() {
        return queue() + ".retry";
    }

    /** The queue of events that failed permanently. */
    public String deadLetters() {
        return queue() + ".dlq";
    }
}
