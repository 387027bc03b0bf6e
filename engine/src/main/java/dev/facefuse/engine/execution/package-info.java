/**
 * Decides when a fusion runs and on which thread. This package knows permits, queues and time; it knows neither pictures nor memory.
 */
@NullMarked
package dev.facefuse.engine.execution;

import org.jspecify.annotations.NullMarked;
