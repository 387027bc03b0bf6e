package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a format keeps metadata beside its picture. One implementation a format, each in the same order: find, write, content.
 * Files are whole: their headers have been read before.
 */
interface Container {

    /** The one of a format; null for BMP, which has no place for metadata. */
    static @Nullable Container of(PictureFormat format) {
        return switch (format) {
            case JPEG -> new JpegContainer();
            case PNG -> new PngContainer();
            case WEBP -> new WebpContainer();
            case TIFF -> new TiffContainer();
            case BMP -> null;
        };
    }

    /** Where a file's metadata stands. Of what is there twice the first. */
    Found find(EncodedBytes file);

    /**
     * A copy of a picture with metadata in it.
     *
     * @param picture as this project's encoder writes it: without metadata
     */
    byte[] write(Encoded picture, Metadata metadata);

    /** Tells, in their order, the parts of a file that make its picture: all but metadata and what frames it. */
    void content(EncodedBytes file, Consumer<EncodedBytes> parts);
}
