package dev.facefuse.engine.picture;

import static dev.facefuse.engine.picture.UnusualPicture.oneIn;
import static dev.facefuse.engine.picture.UnusualPicture.pick;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** TIFFs with tags of any type, strips and tiles of any size, and every kind of sample and compression. */
final class UnusualTiff {
    private static final int PACKBITS = 32_773;
    private static final int DEFLATE = 32_946;
    private static final int UNPACKED_BYTES = 48 << 20;
    private static final int MOST_RAW_BYTES = 6 << 20;

    private static final byte[] DEFLATED = PictureCorpus.deflated(new byte[UNPACKED_BYTES]);
    private static final byte[] LZW = lzw();

    private final Random random;
    private final List<Consumer<TiffBuilder>> tags = new ArrayList<>();
    private final StringBuilder description = new StringBuilder("TIFF");

    private UnusualTiff(Random random) {
        this.random = random;
    }

    static UnusualPicture next(Random random) {
        return new UnusualTiff(random).build();
    }

    private UnusualPicture build() {
        int[] size = UnusualPicture.size(random);
        int photometric = pick(random, 0, 1, 2, 2, 2, 2, 3, 6, 6, 5, 8);
        int samples = photometric == 2 || photometric == 6 || photometric == 8 ? pick(random, 3, 3, 3, 4) : 1;
        samples = oneIn(random, 10) ? 1 + random.nextInt(5) : samples;
        int bits = pick(random, 8, 8, 8, 8, 16, 16, 1, 4, 2, 12, 32, 64);
        int compression = pick(random, 1, 5, 8, DEFLATE, PACKBITS, 7, 7, bits == 1 ? 4 : 8, oneIn(random, 3) ? 6 : 5);
        int planar = oneIn(random, 4) ? 2 : 1;
        boolean tiled = random.nextBoolean();
        int blockWidth = tiled ? blockEdge(size[0]) : size[0];
        int blockHeight = tiled ? blockEdge(size[1]) : 1 + random.nextInt(size[1]);
        if (!tiled && oneIn(random, 2)) {
            blockHeight = size[1];
        }
        if (compression == 1 && (long) blockWidth * blockHeight * samples * bits / 8 > MOST_RAW_BYTES) {
            compression = DEFLATE;
        }
        description.append(String.format(
                " %d×%d, photometric %d, %d×%d bits, compression %d, planar %d, %s %d×%d",
                size[0],
                size[1],
                photometric,
                samples,
                bits,
                compression,
                planar,
                tiled ? "tile" : "strip",
                blockWidth,
                blockHeight));
        scalar(TiffDirectory.IMAGE_WIDTH, size[0]);
        scalar(TiffDirectory.IMAGE_LENGTH, size[1]);
        long[] bitsOfAll = new long[Math.max(1, oneIn(random, 12) ? 1 : samples)];
        Arrays.fill(bitsOfAll, bits);
        if (oneIn(random, 20)) {
            bitsOfAll[bitsOfAll.length - 1] = pick(random, 1, 8, 16, 32);
            description.append(", other bits in the last channel");
        }
        tags.add(tiff -> tiff.tag(TiffDirectory.BITS_PER_SAMPLE, TiffBuilder.SHORT, bitsOfAll));
        scalar(TiffDirectory.COMPRESSION, compression);
        scalar(TiffDirectory.PHOTOMETRIC, photometric);
        scalar(TiffDirectory.SAMPLES_PER_PIXEL, samples);
        scalar(TiffDirectory.PLANAR_CONFIGURATION, planar);
        if (tiled) {
            scalar(TiffDirectory.TILE_WIDTH, blockWidth);
            scalar(TiffDirectory.TILE_LENGTH, blockHeight);
        } else if (blockHeight < size[1] || random.nextBoolean()) {
            scalar(
                    TiffDirectory.ROWS_PER_STRIP,
                    blockHeight == size[1] ? pick(random, -1, size[1], 1 << 24) : blockHeight);
        }
        extras(photometric, samples, bits);
        long across = (size[0] + blockWidth - 1L) / blockWidth;
        long down = (size[1] + blockHeight - 1L) / blockHeight;
        blocks(
                tiled,
                (int) Math.min(200_000, across * down * (planar == 2 ? samples : 1)),
                packed(compression, blockWidth, blockHeight, planar == 2 ? 1 : samples, bits));
        return file();
    }

    private int blockEdge(int edge) {
        int blockEdge =
                switch (random.nextInt(5)) {
                    case 0 -> 16 * (1 + random.nextInt(300));
                    case 1 -> 16 * (1 + random.nextInt(1000));
                    case 2 -> edge;
                    default -> 16 * (1 + random.nextInt(32));
                };
        return Math.max(1, Math.max(blockEdge, edge / 40));
    }

    private void scalar(int tag, long value) {
        int type = value > 0xFFFF || value < 0 || oneIn(random, 3) ? TiffBuilder.LONG : TiffBuilder.SHORT;
        boolean tile = tag == TiffDirectory.TILE_WIDTH || tag == TiffDirectory.TILE_LENGTH;
        if (oneIn(random, tile ? 10 : 60)) {
            type = pick(
                    random,
                    TiffBuilder.SIGNED_LONG,
                    TiffBuilder.SIGNED_SHORT,
                    TiffBuilder.LONG8,
                    TiffBuilder.SIGNED_LONG8,
                    TiffBuilder.BYTE,
                    TiffBuilder.SIGNED_BYTE,
                    TiffBuilder.RATIONAL,
                    TiffBuilder.FLOAT,
                    TiffBuilder.DOUBLE,
                    TiffBuilder.IFD,
                    TiffBuilder.IFD8,
                    TiffBuilder.UNDEFINED);
            description.append(", tag ").append(tag).append(" of type ").append(type);
        }
        int chosen = type;
        if (oneIn(random, 60)) {
            tags.add(tiff -> tiff.tag(tag, chosen, value, 4000));
            description.append(", tag ").append(tag).append(" with two values");
        } else {
            tags.add(tiff -> tiff.tag(tag, chosen, value));
        }
        if (oneIn(random, 60)) {
            tags.add(tiff -> tiff.tag(tag, TiffBuilder.LONG, 4096));
            description.append(", tag ").append(tag).append(" twice");
        }
    }

    private void extras(int photometric, int samples, int bits) {
        if (samples == 4 || oneIn(random, 20)) {
            int extra = random.nextInt(3);
            tags.add(tiff -> tiff.tag(TiffDirectory.EXTRA_SAMPLES, TiffBuilder.SHORT, extra));
            description.append(", extra ").append(extra);
        }
        if (oneIn(random, 3)) {
            scalar(TiffDirectory.PREDICTOR, pick(random, 1, 2, 2, 3));
        }
        if (photometric == 3) {
            long[] map = new long[3 << Math.min(bits, 8)];
            tags.add(tiff -> tiff.tag(TiffDirectory.COLOUR_MAP, TiffBuilder.SHORT, map));
        }
        if (photometric == 6 && random.nextBoolean()) {
            int across = pick(random, 1, 2, 4);
            int down = pick(random, 1, 2, 4);
            tags.add(tiff -> tiff.tag(TiffDirectory.YCBCR_SUBSAMPLING, TiffBuilder.SHORT, across, down));
            description.append(", subsampling ").append(across).append('×').append(down);
        }
        if (oneIn(random, 15)) {
            int format = 1 + random.nextInt(4);
            tags.add(tiff -> tiff.tag(TiffDirectory.SAMPLE_FORMAT, TiffBuilder.SHORT, format));
            description.append(", sample format ").append(format);
        }
        if (oneIn(random, 4)) {
            scalar(TiffDirectory.ORIENTATION, 1 + random.nextInt(8));
        }
        if (oneIn(random, 15)) {
            int length = 1 << 20;
            int type = pick(random, TiffBuilder.BYTE, TiffBuilder.UNDEFINED, TiffBuilder.SHORT);
            tags.add(tiff -> {
                int at = tiff.data(new byte[2 * length]);
                for (int tag = 50_000; tag < 50_200; tag++) {
                    tiff.reference(tag, type, length, at);
                }
            });
            description.append(", 200 unknown tags with the same 1 MiB");
        }
    }

    private void blocks(boolean tiled, int count, byte[] packed) {
        int offsets = tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
        int byteCounts = tiled ? TiffDirectory.TILE_BYTE_COUNTS : TiffDirectory.STRIP_BYTE_COUNTS;
        int trailing = oneIn(random, 12) ? 20 << 20 : 0;
        if (trailing > 0) {
            description.append(", 20 MiB after the data of a strip or tile");
        }
        tags.add(tiff -> {
            int at = tiff.data(packed);
            tiff.data(new byte[trailing]);
            long[] positions = new long[count];
            long[] lengths = new long[count];
            Arrays.fill(positions, at);
            Arrays.fill(lengths, packed.length + trailing);
            tiff.tag(offsets, TiffBuilder.LONG, positions).tag(byteCounts, TiffBuilder.LONG, lengths);
        });
    }

    private byte[] packed(int compression, int width, int height, int samples, int bits) {
        return switch (compression) {
            case 1 -> new byte[(int) Math.min(MOST_RAW_BYTES, ((long) width * bits * samples + 7) / 8 * height)];
            case 4 -> ones(8192);
            case 5 -> LZW;
            case PACKBITS -> packBits();
            case 7 -> UnusualJpeg.inside(random, width, height, samples, description);
            default -> DEFLATED;
        };
    }

    private UnusualPicture file() {
        if (oneIn(random, 20)) {
            Collections.shuffle(tags, random);
            description.append(", tags in any order");
        }
        TiffBuilder tiff = new TiffBuilder(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        tags.forEach(tag -> tag.accept(tiff));
        return new UnusualPicture(description.toString(), tiff.build());
    }

    private static byte[] ones(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xFF);
        return ones;
    }

    private static byte[] packBits() {
        byte[] runs = new byte[2 * (UNPACKED_BYTES / 128)];
        for (int i = 0; i < runs.length; i += 2) {
            runs[i] = (byte) 0x81;
        }
        return runs;
    }

    /** Zeros, each code one zero longer than the one before it (TIFF 6.0, section 13). */
    private static byte[] lzw() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long[] pending = new long[2];
        for (int unpacked = 0; unpacked < UNPACKED_BYTES; ) {
            code(out, pending, 256, unpacked == 0 ? 9 : 12);
            code(out, pending, 0, 9);
            unpacked++;
            for (int code = 258; code <= 4093; code++) {
                code(out, pending, code, code < 511 ? 9 : code < 1023 ? 10 : code < 2047 ? 11 : 12);
                unpacked += code - 256;
            }
        }
        code(out, pending, 257, 12);
        code(out, pending, 0, 8);
        return out.toByteArray();
    }

    private static void code(ByteArrayOutputStream out, long[] pending, int code, int bits) {
        pending[0] = pending[0] << bits | code;
        pending[1] += bits;
        while (pending[1] >= 8) {
            pending[1] -= 8;
            out.write((int) (pending[0] >> pending[1]));
        }
        pending[0] &= (1L << pending[1]) - 1;
    }
}
