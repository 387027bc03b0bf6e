/**
 * The queue at the broker: its names, what is declared there, events on their way in and out. Only this room and {@code queue},
 * the door to it, know RabbitMQ. Decides nothing about what events ask for.
 */
@NullMarked
package dev.facefuse.function.broker;

import org.jspecify.annotations.NullMarked;
