package dev.facefuse.engine;

/**
 * Two encoded pictures and what to do with them. The arrays are read, never changed or kept.
 *
 * @param template encoded picture that is kept
 * @param user encoded picture whose face goes in
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: a request is never compared.
public record FuseRequest(byte[] template, byte[] user, FuseOptions options) {}
