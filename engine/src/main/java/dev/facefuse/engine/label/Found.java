package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import org.jspecify.annotations.Nullable;

/**
 * Metadata where it stands in a file, unread.
 *
 * @param exif a TIFF block; null if there is none
 * @param profile an ICC profile; null if there is none
 * @param xmp an XMP packet; null if there is none
 */
record Found(
        @Nullable EncodedBytes exif,
        @Nullable Block profile,
        @Nullable Block xmp) {}
