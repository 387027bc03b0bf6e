package dev.facefuse.function.broker;

/**
 * What stands at the broker, by its names.
 *
 * @param exchange topic exchange that events are published to
 * @param group who shares the work
 */
public record QueueNames(String exchange, String group) {

    /** Where events wait for a worker: {@code facefuse.uploads}. */
    public String queue() {
        return exchange + "." + group;
    }

    /** Where events wait for another try. */
    public String retries() {
        return queue() + ".retry";
    }

    /** Where events end that nothing can be done with. */
    public String deadLetters() {
        return queue() + ".dlq";
    }
}
