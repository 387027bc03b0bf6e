package dev.facefuse.engine.network;

/**
 * A tensor's values on the host.
 *
 * @param values row-major, as many as the shape says
 * @param shape sizes, outermost first
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record HostTensor(float[] values, long... shape) {}
