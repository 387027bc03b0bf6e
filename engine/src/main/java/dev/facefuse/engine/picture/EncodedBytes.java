package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Numbers out of the bytes of a picture file, or of a part of one; reading past the end is the named error of a truncated
 * picture, {@code bad-picture}. Positions are {@code long}, so that what a file declares can be added up without overflow. Nothing is copied unless it
 * is asked for.
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

    /** The same bytes from {@code from} on, {@code length} of them, as positions 0 and up. */
    public EncodedBytes part(long from, long length) {
        require(from, length);
        return new EncodedBytes(title, buffer.slice((int) from, (int) length).order(buffer.order()));
    }

    /** The same bytes, whose numbers are read in this order. */
    public EncodedBytes in(ByteOrder order) {
        return new EncodedBytes(title, buffer.duplicate().order(order));
    }

    /** The order in which numbers are read. */
    public ByteOrder order() {
        return buffer.order();
    }

    /** All of these bytes, not copied and not to be written to. */
    public ByteBuffer view() {
        return buffer.asReadOnlyBuffer().rewind();
    }

    /** A copy of all of these bytes. */
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

    /** Whether these characters stand there; false, not an error, past the end. */
    public boolean has(long at, String characters) {
        byte[] expected = characters.getBytes(ISO_8859_1);
        if (at < 0 || at + expected.length > length()) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (buffer.get((int) at + i) != expected[i]) {
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

    /** The position of the next byte 0xFF, which must be there. */
    public int indexOfMarker(long from) {
        for (int at = Math.toIntExact(Math.min(from, length())); at < length(); at++) {
            if (buffer.get(at) == (byte) 0xFF) {
                return at;
            }
        }
        throw Refusals.truncated(title);
    }

    /** Fails as truncated unless these bytes are there. */
    public void require(long at, long length) {
        if (at < 0 || length < 0 || at + length > length()) {
            throw Refusals.truncated(title);
        }
    }
}
