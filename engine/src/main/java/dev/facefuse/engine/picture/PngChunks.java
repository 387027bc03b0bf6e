package dev.facefuse.engine.picture;

/**
 * Walks through the chunks of a PNG (W3C PNG, third edition, 5.3), up to and including IEND.
 *
 * <pre>{@code
 * PngChunks chunks = new PngChunks(file);
 * while (chunks.next()) {
 *     if (chunks.is("eXIf")) { read(chunks.data()); }
 * }
 * }</pre>
 */
public final class PngChunks {
    /** The signature that a file begins with. */
    public static final int SIGNATURE_BYTES = 8;
    /** Length, type and checksum around a chunk's data. */
    public static final int FRAME_BYTES = 12;

    private static final int TYPE_AT = 4;
    private static final int DATA_AT = 8;
    private static final int CHECKSUM_BYTES = 4;
    private static final int ANCILLARY_BIT = 0x20;

    private final EncodedBytes file;
    private long at;
    private long length;
    private long next = SIGNATURE_BYTES;
    private boolean ended;

    /** A walk that begins after the signature, before the first chunk. Numbers of the file are big-endian. */
    public PngChunks(EncodedBytes file) {
        this.file = file;
    }

    /** Moves to the next chunk; false after IEND. A chunk that is not in the file as a whole is a truncated picture. */
    public boolean next() {
        if (ended) {
            return false;
        }
        at = next;
        length = file.u32(at);
        file.require(at, length + FRAME_BYTES);
        next = at + length + FRAME_BYTES;
        ended = is("IEND");
        return true;
    }

    /** Whether the chunk has this type. */
    public boolean is(String type) {
        return file.has(at + TYPE_AT, type);
    }

    /** The position of the chunk. */
    long start() {
        return at;
    }

    /** The position after the chunk. */
    long end() {
        return next;
    }

    /** The position of the chunk's data. */
    long dataAt() {
        return at + DATA_AT;
    }

    /** Bytes of the chunk's data. */
    long length() {
        return length;
    }

    /** The chunk's data, without its frame. */
    public EncodedBytes data() {
        return file.part(dataAt(), length);
    }

    /** The chunk with length, type and checksum. */
    public EncodedBytes whole() {
        return file.part(at, next - at);
    }

    /** Whether pixels are made of the chunk: a critical one, whose type begins with a capital, or transparency. */
    public boolean isEssential() {
        return (file.u8(at + TYPE_AT) & ANCILLARY_BIT) == 0 || is("tRNS");
    }

    /** Whether the checksum is that of the chunk's type and data. */
    boolean hasValidChecksum() {
        return file.crc32(at + TYPE_AT, length + DATA_AT - TYPE_AT) == file.u32(next - CHECKSUM_BYTES);
    }
}
