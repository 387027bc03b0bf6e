package dev.facefuse.engine.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Reads numbers from the bytes of a picture file, or from a part of one. Reading past the end throws the error of a truncated picture,
 * {@code bad-picture}. Positions are {@code long}, so that lengths that a file declares can be added without overflow. Only {@link #copy}
 * copies bytes.
 */
public final class EncodedBytes {
    private final String title;
    private final ByteBuffer buffer;

    private EncodedBytes(String title, ByteBuffer buffer) {
        this.title = title;
        this.buffer = buffer;
    }

    /** All of {@code bytes}; {@code title} names the format in errors. */
    public static EncodedBytes of(String title, byte[] bytes, ByteOrder order) {
        return new EncodedBytes(title, ByteBuffer.wrap(bytes).order(order));
    }

    /** The {@code length} bytes from {@code from} on, whose first one has position 0. */
    public EncodedBytes part(long from, long length) {
        require(from, length);
        return new EncodedBytes(title, buffer.slice((int) from, (int) length).order(buffer.order()));
    }

    /** The same bytes, with numbers in this byte order. */
    public EncodedBytes in(ByteOrder order) {
        return new EncodedBytes(title, buffer.duplicate().order(order));
    }

    /** The order in which numbers are read. */
    public ByteOrder order() {
        return buffer.order();
    }

    /** A read-only view of all bytes. */
    public ByteBuffer view() {
        return buffer.asReadOnlyBuffer().rewind();
    }

    /** A copy of all bytes. */
    public byte[] copy() {
        byte[] copy = new byte[length()];
        view().get(copy);
        return copy;
    }

    public int length() {
        return buffer.limit();
    }

    public int u8(long at) {
        require(at, 1);
        return Byte.toUnsignedInt(buffer.get((int) at));
    }

    public int u16(long at) {
        require(at, 2);
        return Short.toUnsignedInt(buffer.getShort((int) at));
    }

    public int u24(long at) {
        require(at, 3);
        int low = u8(at);
        int high = u8(at + 2);
        int middle = u8(at + 1) << 8;
        return buffer.order() == ByteOrder.LITTLE_ENDIAN ? high << 16 | middle | low : low << 16 | middle | high;
    }

    public long u32(long at) {
        return Integer.toUnsignedLong(i32(at));
    }

    public int i32(long at) {
        require(at, 4);
        return buffer.getInt((int) at);
    }

    /** Whether the bytes at a position are these Latin-1 characters; false, not an error, past the end. */
    public boolean has(long at, String characters) {
        if (at < 0 || at + characters.length() > length()) {
            return false;
        }
        for (int i = 0; i < characters.length(); i++) {
            if (buffer.get((int) at + i) != (byte) characters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** CRC-32 (ISO 3309) of these bytes. */
    long crc32(long from, long length) {
        require(from, length);
        CRC32 crc = new CRC32();
        crc.update(buffer.slice((int) from, (int) length));
        return crc.getValue();
    }

    /** Fails as truncated unless these bytes are there. */
    public void require(long at, long length) {
        if (at < 0 || length < 0 || at + length > length()) {
            throw PictureErrors.truncated(title);
        }
    }
}
