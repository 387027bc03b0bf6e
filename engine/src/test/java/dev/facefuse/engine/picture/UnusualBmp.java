package dev.facefuse.engine.picture;

import static dev.facefuse.engine.picture.UnusualPicture.oneIn;
import static dev.facefuse.engine.picture.UnusualPicture.pick;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** BMPs with every header, depth and compression, upside down or not, and of sizes up to the limits of their fields. */
final class UnusualBmp {
    private static final int MOST_BYTES = 12 << 20;

    private UnusualBmp() {}

    static UnusualPicture next(Random random) {
        int[] size = UnusualPicture.size(random);
        int header = pick(random, 12, 40, 40, 40, 52, 56, 64, 108, 124, 36, 16);
        int bits = pick(random, 1, 4, 8, 16, 24, 32);
        int compression = header == 12 ? 0 : pick(random, 0, 0, bits == 4 ? 2 : 1, 3, random.nextInt(7));
        int width = size[0];
        int height = random.nextBoolean() ? size[1] : -size[1];
        if (oneIn(random, 15)) {
            width = pick(random, Integer.MAX_VALUE, -1, 1 << 30, 65_535);
        }
        if (oneIn(random, 15)) {
            height = pick(random, Integer.MIN_VALUE, Integer.MAX_VALUE, -65_536);
        }
        int colours = pick(random, 0, 0, 2, 256, 257, 1 << 24);
        int palette = bits > 8 ? 12 : (header == 12 ? 3 : 4) << bits;
        int offset = 14 + header + palette + (oneIn(random, 10) ? 1 << 20 : 0);
        boolean packed = compression == 1 || compression == 2;
        long row = ((long) size[0] * bits + 31) / 32 * 4;
        int data = packed ? 64 : (int) Math.min(MOST_BYTES, row * size[1]);
        ByteBuffer file = ByteBuffer.allocate(offset + data).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(offset);
        file.putInt(header);
        if (header == 12) {
            file.putShort((short) width)
                    .putShort((short) height)
                    .putShort((short) 1)
                    .putShort((short) bits);
        } else {
            file.putInt(width).putInt(height).putShort((short) 1).putShort((short) bits);
            file.putInt(compression).putInt(packed ? data : 0).putInt(0).putInt(0);
            file.putInt(Math.min(file.position(), 46), colours);
        }
        return new UnusualPicture(
                String.format(
                        "BMP %d×%d, header of %d, %d bits, compression %d, %d colours, data at %d",
                        width, height, header, bits, compression, colours, offset),
                file.array());
    }
}
