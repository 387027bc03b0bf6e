/**
 * A pack's networks, loaded once to the host and run wherever the governor's plan has them: numbers in, numbers out, nothing
 * left on the device. Knows tensors by name; what they mean is its callers' business.
 */
@NullMarked
package dev.facefuse.engine.network;

import org.jspecify.annotations.NullMarked;
