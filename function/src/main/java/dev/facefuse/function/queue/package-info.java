/**
 * The queue's door: a worker takes events from the broker, does what they ask for, and says so. Spring Cloud Stream binds the
 * queue; over HTTP a worker answers health and metrics, nothing else. No pictures and no engine here.
 */
@NullMarked
package dev.facefuse.function.queue;

import org.jspecify.annotations.NullMarked;
