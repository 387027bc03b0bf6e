package dev.facefuse.engine.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes an image file directory (TIFF 6.0, section 2): its entries in the order of their tags, then the values that do not fit into
 * them.
 */
public final class TiffDirectoryWriter {
    private static final short MAGIC = 42;
    private static final int HEADER_BYTES = 8;
    /** The position in a file of the offset of its first directory. */
    static final int FIRST_DIRECTORY_AT = 4;

    private static final int INLINE_BYTES = 4;

    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    private record Entry(int type, byte[] values) {
        private int count() {
            return values.length / TiffDirectory.bytesOf(type);
        }

        private int outsideBytes() {
            return values.length <= INLINE_BYTES ? 0 : values.length + (values.length & 1);
        }
    }

    private final ByteOrder order;
    private final Map<Integer, Entry> entries = new TreeMap<>();

    /** A directory without entries. */
    public TiffDirectoryWriter(ByteOrder order) {
        this.order = order;
    }

    /** A directory with all entries of another one. */
    public static TiffDirectoryWriter of(TiffDirectory directory) {
        TiffDirectoryWriter copy = new TiffDirectoryWriter(directory.order());
        directory
                .tags()
                .forEach(tag ->
                        copy.put(tag, directory.type(tag), directory.values(tag).copy()));
        return copy;
    }

    /**
     * Puts an entry, in place of one with the same tag.
     *
     * @param type one that TIFF has
     * @param values as they are stored, in the directory's byte order; not copied
     */
    public void put(int tag, int type, byte[] values) {
        entries.put(tag, new Entry(type, values));
    }

    /** Puts values of the type SHORT. */
    public void putShorts(int tag, long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Short.BYTES * values.length).order(order);
        for (long value : values) {
            buffer.putShort((short) value);
        }
        put(tag, TiffDirectory.TYPE_SHORT, buffer.array());
    }

    /** Puts values of the type LONG. */
    public void putLongs(int tag, long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES * values.length).order(order);
        for (long value : values) {
            buffer.putInt((int) value);
        }
        put(tag, TiffDirectory.TYPE_LONG, buffer.array());
    }

    /** Puts a fraction. */
    public void putRational(int tag, int numerator, int denominator) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * Integer.BYTES).order(order);
        put(
                tag,
                TiffDirectory.TYPE_RATIONAL,
                buffer.putInt(numerator).putInt(denominator).array());
    }

    /** The directory and its values, to stand at this even position. */
    byte[] bytes(int at) {
        int outside = Short.BYTES + entries.size() * TiffDirectory.ENTRY_BYTES + Integer.BYTES;
        int size = outside
                + entries.values().stream().mapToInt(Entry::outsideBytes).sum();
        ByteBuffer to = ByteBuffer.allocate(size).order(order).putShort((short) entries.size());
        for (Map.Entry<Integer, Entry> tagged : entries.entrySet()) {
            Entry entry = tagged.getValue();
            to.putShort(tagged.getKey().shortValue())
                    .putShort((short) entry.type())
                    .putInt(entry.count());
            if (entry.outsideBytes() == 0) {
                to.put(Arrays.copyOf(entry.values(), INLINE_BYTES));
            } else {
                to.putInt(at + outside).put(outside, entry.values());
                outside += entry.outsideBytes();
            }
        }
        return to.putInt(0).array();
    }

    /** A TIFF with this directory and nothing else, as EXIF is. */
    public byte[] block() {
        byte[] directory = bytes(HEADER_BYTES);
        byte mark = (byte) (order.equals(ByteOrder.BIG_ENDIAN) ? 'M' : 'I');
        return ByteBuffer.allocate(HEADER_BYTES + directory.length)
                .order(order)
                .put(mark)
                .put(mark)
                .putShort(MAGIC)
                .putInt(HEADER_BYTES)
                .put(directory)
                .array();
    }

    /** A copy of a file of the same byte order, whose first directory is this one, at its end. */
    public byte[] appendTo(byte[] tiff) {
        int at = evenAfter(tiff);
        byte[] directory = bytes(at);
        byte[] result = Arrays.copyOf(tiff, at + directory.length);
        System.arraycopy(directory, 0, result, at, directory.length);
        ByteBuffer.wrap(result).order(order).putInt(FIRST_DIRECTORY_AT, at);
        return result;
    }

    /** The first even position after a file, where a directory may stand. */
    static int evenAfter(byte[] tiff) {
        return tiff.length + (tiff.length & 1);
    }
}
