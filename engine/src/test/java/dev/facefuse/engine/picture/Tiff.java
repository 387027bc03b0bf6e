package dev.facefuse.engine.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/** A TIFF of one directory, entry by entry. */
final class Tiff {
    private static final int HEADER_BYTES = 8;

    private final SortedMap<Integer, int[]> values = new TreeMap<>();
    private final SortedMap<Integer, Integer> types = new TreeMap<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private byte[] pixels = new byte[0];

    private Tiff() {}

    /** Two grey pixels of 8 bits, 0 is black; every entry may be replaced. */
    static Tiff grey() {
        return directoryOnly()
                .with(256, 3, 2)
                .with(257, 3, 1)
                .with(258, 3, 8)
                .with(259, 3, 1)
                .with(262, 3, 1)
                .with(277, 3, 1)
                .with(278, 3, 1)
                .pixels(new byte[] {10, 20});
    }

    /** Without an entry: a block of EXIF. */
    static Tiff directoryOnly() {
        return new Tiff();
    }

    /** {@code II} or {@code MM}. */
    Tiff in(String byteOrder) {
        order = byteOrder.equals("MM") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return this;
    }

    /** An entry of BYTE (1), SHORT (3) or LONG (4). */
    Tiff with(int tag, int type, int... numbers) {
        types.put(tag, type);
        values.put(tag, numbers);
        return this;
    }

    /** A single strip. */
    Tiff pixels(byte[] strip) {
        pixels = strip;
        return with(273, 4, HEADER_BYTES).with(279, 4, strip.length);
    }

    byte[] bytes() {
        int directory = HEADER_BYTES + pixels.length + (pixels.length & 1);
        ByteBuffer file = ByteBuffer.allocate(directory + 2 + 12 * values.size() + 4 + 1000)
                .order(order);
        file.put((byte) (order == ByteOrder.BIG_ENDIAN ? 'M' : 'I')).put(file.get(0));
        file.putShort((short) 42).putInt(directory).put(pixels);
        file.position(directory).putShort((short) values.size());
        int outside = directory + 2 + 12 * values.size() + 4;
        for (int tag : values.keySet()) {
            int[] numbers = values.get(tag);
            int type = types.get(tag);
            int size = type == 4 ? 4 : type == 3 ? 2 : 1;
            file.putShort((short) tag).putShort((short) type).putInt(numbers.length);
            int next = file.position() + 4;
            if (numbers.length * size > 4) {
                file.putInt(outside).position(outside);
                outside += numbers.length * size;
            }
            for (int number : numbers) {
                put(file, number, size);
            }
            file.position(next);
        }
        file.putInt(0);
        return java.util.Arrays.copyOf(file.array(), outside);
    }

    private static void put(ByteBuffer file, int number, int size) {
        switch (size) {
            case 1 -> file.put((byte) number);
            case 2 -> file.putShort((short) number);
            default -> file.putInt(number);
        }
    }
}
