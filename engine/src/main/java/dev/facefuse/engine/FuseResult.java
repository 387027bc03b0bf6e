package dev.facefuse.engine;

import dev.facefuse.engine.picture.PictureFormat;

/**
 * The fused picture, encoded, and the report about it.
 *
 * @param picture encoded bytes; the caller may keep them
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: a result is never compared.
public record FuseResult(byte[] picture, PictureFormat format, Report report) {}
