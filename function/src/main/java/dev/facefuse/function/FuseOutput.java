package dev.facefuse.function;

import dev.facefuse.engine.Report;

/**
 * What the function gives back.
 *
 * @param picture the fused picture
 * @param report how it came about
 */
public record FuseOutput(Picture picture, Report report) {

    /**
     * An encoded picture.
     *
     * @param base64 the encoded bytes; base64 in JSON
     * @param mediaType such as {@code image/jpeg}
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an output is never compared.
    public record Picture(byte[] base64, String mediaType) {}
}
