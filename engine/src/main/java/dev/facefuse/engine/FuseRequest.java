package dev.facefuse.engine;

/**
 * Two encoded pictures and the options of their fusion. The arrays are read, never changed or kept.
 *
 * @param template encoded picture that receives the face
 * @param user encoded picture that gives the face
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: a request is never compared.
public record FuseRequest(byte[] template, byte[] user, FuseOptions options) {}
