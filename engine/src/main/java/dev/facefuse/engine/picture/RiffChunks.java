package dev.facefuse.engine.picture;

import java.nio.ByteOrder;

/**
 * Walks through the RIFF chunks of a WebP (RFC 9649, 2.3).
 *
 * <pre>{@code
 * RiffChunks chunks = new RiffChunks(file);
 * while (chunks.next()) {
 *     if (chunks.is("ICCP")) { read(chunks.data()); }
 * }
 * }</pre>
 */
public final class RiffChunks {
    /** {@code RIFF}, the length of what follows, {@code WEBP}. */
    public static final int HEADER_BYTES = 12;
    /** Type and length in front of a chunk's data. */
    public static final int FRAME_BYTES = 8;

    private final EncodedBytes file;
    private final long declaredEnd;
    private long at;
    private long length;
    private long next = HEADER_BYTES;

    /** A walk that begins before the first chunk. */
    public RiffChunks(EncodedBytes file) {
        this.file = file.in(ByteOrder.LITTLE_ENDIAN);
        this.declaredEnd = FRAME_BYTES + this.file.u32(4);
    }

    /**
     * Moves to the next chunk; false if there is none. The chunk's frame is in the file, its data may not be. An odd byte at the end is
     * padding.
     */
    public boolean next() {
        if (next + FRAME_BYTES > Math.min(file.length(), declaredEnd)) {
            return false;
        }
        at = next;
        length = file.u32(at + 4);
        next = at + FRAME_BYTES + length + (length & 1);
        return true;
    }

    /** Whether the chunk has this type of four characters. */
    public boolean is(String type) {
        return file.has(at, type);
    }

    /** Whether the chunk is compressed pixels: lossy colours, lossless pixels, or alpha. */
    public boolean isImage() {
        return is("VP8 ") || is("VP8L") || is("ALPH");
    }

    /** The position of the chunk. */
    long start() {
        return at;
    }

    /** The position after the chunk and its padding, or the file's length if that is less. */
    long end() {
        return Math.min(file.length(), next);
    }

    /** The position of the chunk's data. */
    long dataAt() {
        return at + FRAME_BYTES;
    }

    /** The chunk's data. */
    public EncodedBytes data() {
        return file.part(dataAt(), length);
    }

    /** The data of a chunk {@code EXIF}. The specification has no name in front of the block; some writers put one there. */
    public EncodedBytes exif() {
        EncodedBytes data = data();
        int name = data.has(0, JpegSegments.EXIF_NAME) ? JpegSegments.EXIF_NAME.length() : 0;
        return data.part(name, data.length() - (long) name);
    }

    /** The chunk with its frame and padding, as far as they are in the file. */
    public EncodedBytes whole() {
        return file.part(at, end() - at);
    }

    /** Fails as truncated unless the chunk's data are in the file. */
    void requireData() {
        file.require(dataAt(), length);
    }

    /** Fails as truncated unless the file has the length that it declares. */
    void requireDeclaredLength() {
        file.require(0, declaredEnd);
    }
}
