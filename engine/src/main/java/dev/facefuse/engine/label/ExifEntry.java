package dev.facefuse.engine.label;

import dev.facefuse.engine.picture.TiffDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tag and its values, as a directory of EXIF or TIFF has them.
 *
 * @param type as TIFF numbers it, one there is
 * @param values as they are stored, in the byte order of the block they are part of
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record ExifEntry(int tag, int type, byte[] values) {
    private static final int TYPE_RATIONAL = 5;
    private static final int TYPE_SIGNED_RATIONAL = 10;

    static ExifEntry ofShort(int tag, int value, ByteOrder order) {
        byte[] bytes = ByteBuffer.allocate(Short.BYTES)
                .order(order)
                .putShort((short) value)
                .array();
        return new ExifEntry(tag, TiffDirectory.TYPE_SHORT, bytes);
    }

    static ExifEntry ofLong(int tag, long value, ByteOrder order) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(order)
                .putInt((int) value)
                .array();
        return new ExifEntry(tag, TiffDirectory.TYPE_LONG, bytes);
    }

    int count() {
        return values.length / TiffDirectory.bytesOf(type);
    }

    /** The same in the other byte order. */
    ExifEntry swapped() {
        boolean ratio = type == TYPE_RATIONAL || type == TYPE_SIGNED_RATIONAL;
        int size = ratio ? Integer.BYTES : TiffDirectory.bytesOf(type);
        byte[] swapped = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            int inNumber = i % size;
            swapped[i - inNumber + size - 1 - inNumber] = values[i];
        }
        return new ExifEntry(tag, type, swapped);
    }
}
