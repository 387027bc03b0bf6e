package dev.facefuse.engine.label;

import org.jspecify.annotations.Nullable;

/**
 * What is written beside a picture.
 *
 * @param exif camera, author, times; null for none
 * @param profile an ICC profile; null for none
 * @param xmp a packet in UTF-8; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record Metadata(@Nullable Exif exif, byte @Nullable [] profile, byte @Nullable [] xmp) {

    boolean isEmpty() {
        return exif == null && profile == null && xmp == null;
    }
}
