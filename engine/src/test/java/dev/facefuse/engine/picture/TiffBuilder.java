package dev.facefuse.engine.picture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes TIFFs as tests want them, with any tag in any type, often or in any order. */
final class TiffBuilder {
    static final int BYTE = 1;
    static final int SHORT = 3;
    static final int LONG = 4;
    static final int RATIONAL = 5;
    static final int SIGNED_BYTE = 6;
    static final int UNDEFINED = 7;
    static final int SIGNED_SHORT = 8;
    static final int SIGNED_LONG = 9;
    static final int FLOAT = 11;
    static final int DOUBLE = 12;
    static final int IFD = 13;
    static final int LONG8 = 16;
    static final int SIGNED_LONG8 = 17;
    static final int IFD8 = 18;

    private final ByteOrder order;
    private final List<Entry> entries = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    private record Entry(int tag, int type, long count, ByteBuffer values) {}

    TiffBuilder(ByteOrder order) {
        this.order = order;
    }

    /** The start of a picture of 8 bits without compression, before its strips or tiles. */
    static TiffBuilder grey(int width, int height) {
        return new TiffBuilder(ByteOrder.LITTLE_ENDIAN)
                .tag(TiffDirectory.IMAGE_WIDTH, LONG, width)
                .tag(TiffDirectory.IMAGE_LENGTH, LONG, height)
                .tag(TiffDirectory.BITS_PER_SAMPLE, SHORT, 8)
                .tag(TiffDirectory.COMPRESSION, SHORT, 1)
                .tag(TiffDirectory.PHOTOMETRIC, SHORT, 1)
                .tag(TiffDirectory.SAMPLES_PER_PIXEL, SHORT, 1);
    }

    /** Adds a tag with its values in a type; more of the same tag may be added. */
    TiffBuilder tag(int tag, int type, long... values) {
        int size = bytesOf(type);
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.max(4, size * values.length)).order(order);
        for (long value : values) {
            switch (type) {
                case FLOAT -> buffer.putFloat((float) value);
                case DOUBLE -> buffer.putDouble((double) value);
                case RATIONAL -> buffer.putInt((int) value).putInt(1);
                default -> {
                    switch (size) {
                        case 1 -> buffer.put((byte) value);
                        case 2 -> buffer.putShort((short) value);
                        case 4 -> buffer.putInt((int) value);
                        default -> buffer.putLong(value);
                    }
                }
            }
        }
        entries.add(new Entry(tag, type, values.length, buffer.position(0).limit(Math.max(4, size * values.length))));
        return this;
    }

    /** Adds a tag whose values are elsewhere in the file: {@code count} of them from {@code at} on. */
    TiffBuilder reference(int tag, int type, long count, int at) {
        entries.add(new Entry(
                tag, type, count, ByteBuffer.allocate(4).order(order).putInt(at).rewind()));
        return this;
    }

    /** Adds bytes and returns their position in the file. */
    int data(byte[] bytes) {
        int at = 8 + data.size();
        data.writeBytes(bytes);
        data.writeBytes(new byte[bytes.length & 1]);
        return at;
    }

    /** The file, its tags in the order in which they were added. */
    byte[] build() {
        int at = 8 + data.size();
        ByteBuffer directory = ByteBuffer.allocate(2 + 12 * entries.size() + 4).order(order);
        directory.putShort((short) entries.size());
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            directory
                    .putShort((short) entry.tag())
                    .putShort((short) entry.type())
                    .putInt((int) entry.count());
            byte[] bytes = new byte[entry.values().remaining()];
            entry.values().duplicate().get(bytes);
            if (bytes.length == 4) {
                directory.put(bytes);
            } else {
                directory.putInt(at + directory.capacity() + values.size());
                values.writeBytes(bytes);
                values.writeBytes(new byte[bytes.length & 1]);
            }
        }
        ByteBuffer header = ByteBuffer.allocate(8).order(order);
        header.put(PictureCorpus.bytes(order == ByteOrder.BIG_ENDIAN ? "MM" : "II"))
                .putShort((short) 42)
                .putInt(at);
        return PictureCorpus.concat(header.array(), data.toByteArray(), directory.array(), values.toByteArray());
    }

    private static int bytesOf(int type) {
        return switch (type) {
            case BYTE, 2, SIGNED_BYTE, UNDEFINED -> 1;
            case SHORT, SIGNED_SHORT -> 2;
            case LONG, SIGNED_LONG, FLOAT, IFD -> 4;
            default -> 8;
        };
    }
}
