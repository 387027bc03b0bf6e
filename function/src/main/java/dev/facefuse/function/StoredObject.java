package dev.facefuse.function;

/**
 * An object that was read.
 *
 * @param bytes its content; owned by the caller
 * @param state the state of exactly these bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: an object is never compared.
public record StoredObject(byte[] bytes, StoredState state) {}
