package dev.facefuse.function;

/**
 * An object that was read.
 *
 * @param bytes all of it; the reader's to keep
 * @param state what the store says of these very bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: an object is never compared.
public record StoredObject(byte[] bytes, StoredState state) {}
