package dev.facefuse.engine.network;

/**
 * The values of a tensor on the host.
 *
 * @param values the elements, row-major
 * @param shape the size of each dimension, outermost first
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record HostTensor(float[] values, long... shape) {}
