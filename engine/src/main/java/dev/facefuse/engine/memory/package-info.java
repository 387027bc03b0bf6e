/** Memory on the device and on the host: plans, budgets, and where weights are kept. This package knows nothing about pictures. */
@NullMarked
package dev.facefuse.engine.memory;

import org.jspecify.annotations.NullMarked;
