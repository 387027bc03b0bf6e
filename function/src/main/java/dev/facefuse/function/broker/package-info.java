/**
 * The queue at the broker: its names, its declaration, and the conversion of events to messages. Only this package and {@code queue}
 * use RabbitMQ. It does not interpret events.
 */
@NullMarked
package dev.facefuse.function.broker;

import org.jspecify.annotations.NullMarked;
