package dev.facefuse.engine.picture;

import static dev.facefuse.engine.picture.UnusualPicture.oneIn;
import static dev.facefuse.engine.picture.UnusualPicture.pick;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** PNGs of every kind of pixel, with large, repeated, compressed and unknown chunks. */
final class UnusualPng {
    private static final byte[] ZEROS = PictureCorpus.deflated(new byte[100 << 20]);
    private static final int LARGE_BYTES = 20 << 20;

    private final Random random;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringBuilder description = new StringBuilder("PNG");

    private UnusualPng(Random random) {
        this.random = random;
    }

    static UnusualPicture next(Random random) {
        UnusualPng png = new UnusualPng(random);
        png.build();
        return new UnusualPicture(png.description.toString(), png.out.toByteArray());
    }

    private void build() {
        int[] size = UnusualPicture.size(random);
        int colour = pick(random, 0, 2, 3, 4, 6);
        int bits =
                switch (colour) {
                    case 0 -> pick(random, 1, 2, 4, 8, 16);
                    case 3 -> pick(random, 1, 2, 4, 8);
                    default -> pick(random, 8, 16);
                };
        int interlace = random.nextInt(2);
        description.append(
                String.format(" %d×%d, colour %d, %d bits, interlace %d", size[0], size[1], colour, bits, interlace));
        out.writeBytes(PictureCorpus.bytes("\u0089PNG\r\n\u001A\n"));
        chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(size[0])
                        .putInt(size[1])
                        .put((byte) bits)
                        .put((byte) colour)
                        .put((byte) 0)
                        .put((byte) 0)
                        .put((byte) interlace)
                        .array());
        if (colour == 3) {
            chunk("PLTE", new byte[3 << bits]);
        }
        beforeData(colour);
        data();
        if (oneIn(random, 10)) {
            unusualChunk(pick(random, 0, 1, 2, 3, 4, 5, 6, 7, 8));
        }
        chunk("IEND", new byte[0]);
    }

    private void beforeData(int colour) {
        if (oneIn(random, 3)) {
            chunk("tRNS", new byte[colour == 0 ? 2 : colour == 2 ? 6 : 1]);
            description.append(", tRNS");
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            unusualChunk(random.nextInt(9));
        }
    }

    private void unusualChunk(int kind) {
        byte[] bomb = PictureCorpus.concat(PictureCorpus.bytes("name\0\0"), ZEROS);
        switch (kind) {
            case 0 -> chunk("zTXt", bomb);
            case 1 -> chunk("iCCP", bomb);
            case 2 -> chunk("iTXt", PictureCorpus.concat(PictureCorpus.bytes("name\0\1\0\0\0"), ZEROS));
            case 3 -> chunk("teSt", new byte[LARGE_BYTES]);
            case 4 -> chunk("TEST", new byte[LARGE_BYTES]);
            case 5 -> chunk("PLTE", new byte[LARGE_BYTES]);
            case 6 -> chunk("tRNS", new byte[LARGE_BYTES]);
            case 7 -> chunk("fcTL", new byte[26]);
            default -> chunk("eXIf", new byte[LARGE_BYTES]);
        }
        description.append(", unusual chunk ").append(kind);
    }

    private void data() {
        byte[] stream = ZEROS;
        if (oneIn(random, 4)) {
            stream = Arrays.copyOf(ZEROS, ZEROS.length + LARGE_BYTES);
            description.append(", 20 MiB after the data");
        }
        int step = pick(random, 1000, 65_536, stream.length);
        for (int at = 0; at < stream.length; at += step) {
            chunk("IDAT", Arrays.copyOfRange(stream, at, Math.min(stream.length, at + step)));
        }
        description.append(", IDAT of ").append(step);
    }

    private void chunk(String type, byte[] data) {
        out.writeBytes(PictureCorpus.chunk(type, data));
    }
}
