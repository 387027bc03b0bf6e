package dev.facefuse.engine.picture;

/**
 * The bits of a JPEG's entropy-coded data, up to the next marker (ITU-T T.81, B.1.1.5 and F.2.2.5): a byte 0xFF is followed by
 * a zero, which does not count.
 */
final class EntropyBits {
    /** The data end, or no code begins with the next bits. Thrown often in a damaged file, and never seen outside. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Interrupted() {
            super("The data end", null, false, false);
        }
    }

    private final byte[] bytes;
    private int at;
    /** The next bits, from the highest one on. */
    private long buffer;

    private int count;

    EntropyBits(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    private void fill() {
        while (count <= Long.SIZE - Byte.SIZE && at < bytes.length) {
            int value = bytes[at] & 0xFF;
            if (value == 0xFF) {
                if (at + 1 >= bytes.length || bytes[at + 1] != 0) {
                    return;
                }
                at++;
            }
            at++;
            buffer |= (long) value << (Long.SIZE - Byte.SIZE - count);
            count += Byte.SIZE;
        }
    }

    private void take(int bits) {
        if (count < bits) {
            throw new Interrupted();
        }
        buffer <<= bits;
        count -= bits;
    }

    /** The next symbol. */
    int symbol(HuffmanTable table) {
        if (count < HuffmanTable.LONGEST_CODE_BITS) {
            fill();
        }
        int found = table.find((int) (buffer >>> (Long.SIZE - HuffmanTable.LONGEST_CODE_BITS)));
        if (found < 0) {
            throw new Interrupted();
        }
        take(found >> Byte.SIZE);
        return found & 0xFF;
    }

    /** The next 0 to 16 bits as a number. */
    int number(int bits) {
        if (count < bits) {
            fill();
        }
        int value = bits == 0 ? 0 : (int) (buffer >>> (Long.SIZE - bits));
        take(bits);
        return value;
    }

    /** The position of the first byte of which no bit was taken. */
    int position() {
        int position = at;
        for (int unread = count / Byte.SIZE; unread > 0; unread--) {
            position--;
            if (bytes[position] == 0 && bytes[position - 1] == (byte) 0xFF) {
                position--;
            }
        }
        return position;
    }

    /**
     * Leaves out what is left before the next marker, and that marker, if it is a restart.
     *
     * @return whether it is one
     */
    boolean restart() {
        buffer = 0;
        count = 0;
        at = JpegSegments.nextMarker(bytes, at);
        boolean restarts = at + 1 < bytes.length && JpegSegments.isRestart(bytes[at + 1] & 0xFF);
        if (restarts) {
            at += 2;
        }
        return restarts;
    }
}
