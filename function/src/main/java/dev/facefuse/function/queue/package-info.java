/**
 * The queue entry point: a worker consumes events from the broker, processes and acknowledges them. Spring Cloud Stream binds the queue.
 * Over HTTP a worker serves health and metrics only. Nothing here uses pictures or the engine.
 */
@NullMarked
package dev.facefuse.function.queue;

import org.jspecify.annotations.NullMarked;
