package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds and writes the metadata of a picture file. There is one implementation for each format, and each has the same order: find,
 * write, content.
 *
 * <p>OpenCV's {@code imdecodeWithMetadata} and {@code imencodeWithMetadata} (4.13) cannot do this. The label contains a checksum of the
 * encoded pixels, so it is known only after encoding. TIFF is not supported, and a JPEG's profile is written into one segment, which
 * holds 64 KiB at most. Reading decodes the pixels a second time, inflates metadata without a limit, and takes every segment APP2 of a
 * JPEG for a piece of the profile.
 */
interface Container {

    /** The container of a format; null for BMP, which holds no metadata. */
    static @Nullable Container of(PictureFormat format) {
        return switch (format) {
            case JPEG -> new JpegContainer();
            case PNG -> new PngContainer();
            case WEBP -> new WebpContainer();
            case TIFF -> new TiffContainer();
            case BMP -> null;
        };
    }

    /**
     * Finds a file's metadata. The first block of a kind counts.
     *
     * @param file whose header has been read
     */
    Found find(byte[] file);

    /**
     * A copy of a picture with metadata in it.
     *
     * @param picture as this project's encoder writes it: without metadata
     */
    byte[] write(Encoded picture, Metadata metadata);

    /** Passes on, in their order, the parts of a file that make its picture: everything but metadata and their frames. */
    void content(byte[] file, Consumer<EncodedBytes> parts);

    /** A copy of a file with more bytes at a position. */
    static byte[] insert(byte[] bytes, byte[] file, int at) {
        return ByteBuffer.allocate(file.length + bytes.length)
                .put(file, 0, at)
                .put(bytes)
                .put(file, at, file.length - at)
                .array();
    }

    /**
     * Metadata that a result may inherit, as they are stored in a file. Nothing has been read or copied yet.
     *
     * @param exif a block of EXIF; null if there is none
     * @param profile null if there is none
     */
    record Found(@Nullable EncodedBytes exif, @Nullable IccProfile profile) {}

    /**
     * Metadata to be written.
     *
     * @param attribution for EXIF
     * @param profile an ICC profile; null for none
     * @param xmp a packet in UTF-8; null for none
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Metadata(Attribution attribution, byte @Nullable [] profile, byte @Nullable [] xmp) {

        boolean isEmpty() {
            return attribution.texts().isEmpty() && profile == null && xmp == null;
        }

        /** A block of EXIF; null for none. */
        byte @Nullable [] exif() {
            return attribution.texts().isEmpty() ? null : attribution.exif();
        }
    }
}
