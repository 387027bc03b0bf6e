package dev.facefuse.engine;

import dev.facefuse.engine.picture.PictureFormat;

/**
 * The fused picture, encoded, and how it came about.
 *
 * @param picture encoded bytes; the caller's to keep
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: a result is never compared.
public record FuseResult(byte[] picture, PictureFormat format, Report report) {}
