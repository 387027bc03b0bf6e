package dev.facefuse.engine.picture;

import static dev.facefuse.engine.picture.UnusualPicture.oneIn;
import static dev.facefuse.engine.picture.UnusualPicture.pick;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** WebPs: lossless ones with every transform and up to 65,536 groups of codes, lossy ones with alpha, and chunks of any size. */
final class UnusualWebp {
    private static final int LARGE_BYTES = 20 << 20;
    private static final int FLAG_ANIMATION = 2;
    private static final int FLAG_ALPHA = 0x10;
    private static final Map<Integer, byte[]> LOSSY = new ConcurrentHashMap<>();

    private final Random random;
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private final StringBuilder description = new StringBuilder("WebP");

    private UnusualWebp(Random random) {
        this.random = random;
    }

    static UnusualPicture next(Random random) {
        UnusualWebp webp = new UnusualWebp(random);
        byte[] bytes = webp.build();
        return new UnusualPicture(webp.description.toString(), bytes);
    }

    /** A lossless picture with a group of codes for each 4×4 pixels, at most 65,536. */
    static byte[] withGroups(int edge) {
        Bits bits = new Bits();
        start(bits, new int[] {edge, edge}, false);
        bits.put(0, 1);
        bits.put(0, 1);
        bits.put(1, 1);
        bits.put(0, 3);
        int blocks = (edge + 3) / 4;
        int groups = groupImage(bits, blocks * blocks);
        for (int i = 0; i < groups; i++) {
            singleCodes(bits);
        }
        UnusualWebp webp = new UnusualWebp(new Random(0));
        webp.chunk("VP8L", bits.bytes());
        return webp.file();
    }

    /** A lossy picture with a canvas, whose alpha has this first byte. */
    static byte[] withAlpha(int edge, int canvasEdge, int firstByte) {
        UnusualWebp webp = new UnusualWebp(new Random(0));
        webp.chunk("VP8X", canvas(FLAG_ALPHA, canvasEdge, canvasEdge));
        webp.chunk("EXIF", new byte[1000]);
        byte[] alpha = new byte[1 + edge * edge];
        alpha[0] = (byte) firstByte;
        if (firstByte == 1) {
            Bits bits = new Bits();
            bits.put(0, 3);
            singleCodes(bits);
            alpha = PictureCorpus.concat(new byte[] {1}, bits.bytes());
        }
        webp.chunk("ALPH", alpha);
        webp.chunk("VP8 ", lossy(edge));
        return webp.file();
    }

    private byte[] build() {
        boolean lossy = oneIn(random, 3);
        int[] size = UnusualPicture.size(random);
        if (lossy) {
            int edge = pick(random, 200, 3000);
            size = new int[] {edge, edge};
        }
        boolean alpha = random.nextBoolean();
        if (random.nextBoolean() || (lossy && alpha)) {
            extended(size, alpha);
        }
        if (oneIn(random, 6)) {
            chunk(pick(random, 0, 1) == 0 ? "ICCP" : "junk", new byte[LARGE_BYTES]);
            description.append(", a large chunk");
        }
        if (lossy && alpha) {
            byte[] plane = random.nextBoolean() ? rawAlpha(size) : losslessAlpha(size);
            chunk("ALPH", plane);
        }
        if (lossy) {
            chunk("VP8 ", LOSSY.computeIfAbsent(size[0], UnusualWebp::lossy));
            description.append(" lossy ").append(size[0]);
        } else {
            chunk("VP8L", lossless(size, alpha));
        }
        if (oneIn(random, 8)) {
            chunk(pick(random, 0, 1) == 0 ? "EXIF" : "XMP ", new byte[LARGE_BYTES]);
            description.append(", large metadata");
        }
        return file();
    }

    private byte[] file() {
        byte[] all = chunks.toByteArray();
        return ByteBuffer.allocate(12 + all.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(PictureCorpus.bytes("RIFF"))
                .putInt(4 + all.length)
                .put(PictureCorpus.bytes("WEBP"))
                .put(all)
                .array();
    }

    private void extended(int[] size, boolean alpha) {
        int width = size[0];
        int height = size[1];
        if (oneIn(random, 5)) {
            width = pick(random, 1, 3400, 16_384);
            height = pick(random, 1, 600);
        }
        int flags = (alpha ? FLAG_ALPHA : 0) | (oneIn(random, 12) ? FLAG_ANIMATION : 0);
        chunk("VP8X", canvas(flags, width, height));
        description.append(String.format(" canvas %d×%d, flags %x,", width, height, flags));
    }

    private static byte[] canvas(int flags, int width, int height) {
        return ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(flags)
                .putShort((short) (width - 1))
                .put((byte) 0)
                .putShort((short) (height - 1))
                .array();
    }

    private byte[] rawAlpha(int[] size) {
        description.append(" raw alpha");
        return new byte[1 + size[0] * size[1]];
    }

    private byte[] losslessAlpha(int[] size) {
        description.append(" lossless alpha");
        Bits bits = new Bits();
        picture(bits, size);
        return PictureCorpus.concat(new byte[] {1}, bits.bytes());
    }

    private byte[] lossless(int[] size, boolean alpha) {
        description.append(String.format(" lossless %d×%d", size[0], size[1]));
        Bits bits = new Bits();
        start(bits, size, alpha);
        picture(bits, size);
        return bits.bytes();
    }

    private static void start(Bits bits, int[] size, boolean alpha) {
        bits.put(0x2F, 8);
        bits.put(size[0] - 1, 14);
        bits.put(size[1] - 1, 14);
        bits.put(alpha ? 1 : 0, 1);
        bits.put(0, 3);
    }

    /** RFC 9649, section 3: transforms, colour cache, groups of codes; then pixels that take no bits. */
    private void picture(Bits bits, int[] size) {
        int width = size[0];
        if (oneIn(random, 3)) {
            bits.put(1, 1);
            bits.put(0, 2);
            block(bits);
            description.append(", predictors");
        }
        if (oneIn(random, 3)) {
            bits.put(1, 1);
            bits.put(1, 2);
            block(bits);
            description.append(", colour transform");
        }
        if (oneIn(random, 4)) {
            int colours = pick(random, 2, 4, 16, 200);
            bits.put(1, 1);
            bits.put(3, 2);
            bits.put(colours - 1, 8);
            bits.put(0, 1);
            singleCodes(bits);
            width = colours > 16
                    ? width
                    : colours > 4 ? (width + 1) / 2 : colours > 2 ? (width + 3) / 4 : (width + 7) / 8;
            description.append(", ").append(colours).append(" colours");
        }
        bits.put(0, 1);
        boolean cache = oneIn(random, 3);
        bits.put(cache ? 1 : 0, 1);
        if (cache) {
            bits.put(1 + random.nextInt(11), 4);
            description.append(", cache");
        }
        groups(bits, width, size[1]);
    }

    private void block(Bits bits) {
        bits.put(random.nextInt(3), 3);
        bits.put(0, 1);
        singleCodes(bits);
    }

    private void groups(Bits bits, int width, int height) {
        boolean many = random.nextBoolean();
        bits.put(many ? 1 : 0, 1);
        int groups = 1;
        if (many) {
            int block = pick(random, 0, 1, 3);
            bits.put(block, 3);
            int across = (width + (4 << block) - 1) / (4 << block);
            int down = (height + (4 << block) - 1) / (4 << block);
            groups = groupImage(bits, across * down);
            description.append(", ").append(groups).append(" groups");
        }
        for (int i = 0; i < groups; i++) {
            singleCodes(bits);
        }
    }

    /** A picture whose pixels number the groups from 0 on, in red and green. */
    private static int groupImage(Bits bits, int blocks) {
        bits.put(0, 1);
        eightBitCode(bits, 280);
        eightBitCode(bits, 256);
        for (int code = 0; code < 3; code++) {
            singleCode(bits);
        }
        for (int i = 0; i < blocks; i++) {
            int group = i & 0xFFFF;
            bits.put(Integer.reverse(group & 0xFF) >>> 24, 8);
            bits.put(Integer.reverse(group >> 8) >>> 24, 8);
        }
        return Math.min(blocks, 65_536);
    }

    /** Each of the first 256 symbols has a code of eight bits. */
    private static void eightBitCode(Bits bits, int symbols) {
        bits.put(0, 1);
        bits.put(12 - 4, 4);
        for (int i = 0; i < 12; i++) {
            bits.put(i == 2 || i == 11 ? 1 : 0, 3);
        }
        bits.put(0, 1);
        for (int i = 0; i < symbols; i++) {
            bits.put(i < 256 ? 1 : 0, 1);
        }
    }

    private static void singleCodes(Bits bits) {
        for (int code = 0; code < 5; code++) {
            singleCode(bits);
        }
    }

    /** One symbol, zero. */
    private static void singleCode(Bits bits) {
        bits.put(1, 4);
    }

    private static byte[] lossy(int edge) {
        byte[] webp;
        try (Picture picture = PictureCorpus.cornersPicture(edge, edge)) {
            webp = new PictureWriter().write(picture, PictureFormat.WEBP, 50);
        }
        int at = PictureCorpus.indexOf(webp, PictureCorpus.bytes("VP8 "));
        int length = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
        return Arrays.copyOfRange(webp, at + 8, at + 8 + length);
    }

    private void chunk(String name, byte[] data) {
        chunks.writeBytes(PictureCorpus.bytes(name));
        chunks.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(data.length)
                .array());
        chunks.writeBytes(data);
        chunks.writeBytes(new byte[data.length & 1]);
    }

    /** Bits, the lowest first. */
    private static final class Bits {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long pending;
        private int count;

        void put(int value, int bits) {
            pending |= (long) value << count;
            count += bits;
            while (count >= 8) {
                out.write((int) pending);
                pending >>>= 8;
                count -= 8;
            }
        }

        /** All of them, and some zeros. */
        byte[] bytes() {
            put(0, 7);
            out.writeBytes(new byte[16]);
            return out.toByteArray();
        }
    }
}
