package dev.facefuse.function.application;

import static dev.facefuse.function.application.FacefuseProperties.require;

import dev.facefuse.function.application.AppliesTo.Command;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code facefuse.queue.*}: the queue of upload events at the broker, and how often an event is tried.
 *
 * @param exchange topic exchange that events are published to
 * @param group name of the group of workers; the queue's name is the exchange's name, a dot and this one
 * @param tries most tries of an event after retryable errors, the first one included, 1 to 100
 * @param retryDelay time between two tries, at most a day
 * @param redeliveries most redeliveries of an event whose worker crashed, 1 to 1000. The broker keeps this number with the queue:
 *     to change it, delete the empty queue
 */
@AppliesTo({Command.SERVE, Command.WORK})
public record QueueProperties(
        @DefaultValue("facefuse") String exchange,
        @DefaultValue("uploads") String group,
        @AppliesTo(Command.WORK) @DefaultValue("5") int tries,
        @AppliesTo(Command.WORK) @DefaultValue("30s") Duration retryDelay,
        @DefaultValue("5") int redeliveries) {

    /** AMQP allows 255 bytes for a name, and suffixes are added to this one. Names with {@code amq.} are the broker's. */
    private static final Pattern NAME = Pattern.compile("(?!amq\\.)[A-Za-z0-9._-]{1,100}");

    private static final String NAME_RULE = " must have up to 100 letters, digits, dots, hyphens and underscores.";
    private static final Duration LONGEST_DELAY = Duration.ofDays(1);

    public QueueProperties {
        require(NAME.matcher(exchange).matches(), "facefuse.queue.exchange" + NAME_RULE);
        require(NAME.matcher(group).matches(), "facefuse.queue.group" + NAME_RULE);
        require(tries >= 1 && tries <= 100, "facefuse.queue.tries is " + tries + "; it must be between 1 and 100.");
        require(
                !retryDelay.isNegative() && retryDelay.compareTo(LONGEST_DELAY) <= 0,
                "facefuse.queue.retry-delay is " + retryDelay.toMillis() + " ms; it must be between 0 and a day.");
        require(
                redeliveries >= 1 && redeliveries <= 1000,
                "facefuse.queue.redeliveries is " + redeliveries + "; it must be between 1 and 1000.");
    }
}
