package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.PictureFormat;

/**
 * An encoded picture.
 *
 * @param bytes a whole file
 * @param width pixels, as shown
 * @param height pixels, as shown
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
public record Encoded(byte[] bytes, PictureFormat format, int width, int height) {}
