package dev.facefuse.engine.picture;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The memory that libwebp allocates for a lossless WebP bitstream (RFC 9649, section 3), read from its transforms and
 * prefix codes. A few bytes make a group of five codes, which libwebp unpacks to more than 10 KB; a separate compressed
 * picture determines the number of groups.
 */
final class LosslessWebp {
    private static final int PREDICTORS = 0;
    private static final int COLOURS = 1;
    private static final int SUBTRACT_GREEN = 2;
    private static final int TRANSFORMS = 4;

    private static final int LITERALS = 256;
    private static final int LENGTHS = 24;
    private static final int DISTANCES = 40;
    private static final int MAX_CACHE_BITS = 11;
    private static final int MAX_CODE_BITS = 15;
    private static final int[] CODE_LENGTH_ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    private static final int REPEAT_PREVIOUS = 16;

    private static final long PIXEL_BYTES = 4;

    /** Rows of finished pixels that libwebp keeps at a time, and one above them. */
    private static final int CACHED_ROWS = 17;

    /**
     * Entries of four bytes in a group's tables without a colour cache, the most there can be; with a cache, as many
     * more as it has colours.
     */
    private static final long TABLE_ENTRIES = 2954;

    private static final long ENTRY_BYTES = 4;
    /** HTreeGroup: its pointers and a packed table of 64 entries. */
    private static final long GROUP_BYTES = 600;

    /** From this many groups on, libwebp keeps only those that are used. */
    private static final int MAPPED_GROUPS = 1000;

    private final EncodedBytes bytes;
    private long bit;

    private LosslessWebp(EncodedBytes bytes, long at) {
        this.bytes = bytes;
        this.bit = 8 * at;
    }

    /**
     * The memory that decoding takes beside the resulting pixels.
     *
     * @param bytes the file
     * @param at where the transforms begin, after the header if there is one
     */
    static long decoderBytes(EncodedBytes bytes, long at, int width, int height) {
        return new LosslessWebp(bytes, at).decoderBytes(width, height);
    }

    private long decoderBytes(int width, int height) {
        long held = 0;
        int storedWidth = width;
        BitSet seen = new BitSet(TRANSFORMS);
        while (bits(1) == 1) {
            int transform = bits(2);
            if (seen.get(transform)) {
                throw damaged();
            }
            seen.set(transform);
            if (transform == PREDICTORS || transform == COLOURS) {
                held += PIXEL_BYTES * block(storedWidth, height, null);
            } else if (transform != SUBTRACT_GREEN) {
                int colours = bits(8) + 1;
                picture(colours, null);
                int packing = colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3;
                storedWidth = divideUp(storedWidth, packing);
            }
        }
        int cacheBits = cacheBits();
        long groups = 1;
        if (bits(1) == 1) {
            BitSet used = new BitSet();
            held += PIXEL_BYTES * block(storedWidth, height, used);
            groups = used.length() <= MAPPED_GROUPS ? used.length() : used.cardinality();
        }
        long entries = TABLE_ENTRIES + (cacheBits == 0 ? 0 : 1L << cacheBits);
        return held
                + PIXEL_BYTES * ((long) storedWidth * height + (long) CACHED_ROWS * width)
                + groups * (ENTRY_BYTES * entries + GROUP_BYTES);
    }

    /** Skips a picture with a pixel for each block of the large one, and returns its number of pixels. */
    private long block(int width, int height, @Nullable BitSet used) {
        int blockBits = bits(3) + 2;
        long pixels = (long) divideUp(width, blockBits) * divideUp(height, blockBits);
        picture(pixels, used);
        return pixels;
    }

    /** Skips a compressed picture; its pixels' red and green, if wanted, are the numbers of groups. */
    private void picture(long pixels, @Nullable BitSet used) {
        int cache = cacheBits();
        Code[] codes = {
            code(LITERALS + LENGTHS + (cache == 0 ? 0 : 1 << cache)),
            code(LITERALS),
            code(LITERALS),
            code(LITERALS),
            code(DISTANCES)
        };
        if (used != null) {
            // A colour that is not in the cache yet is zero.
            used.set(0);
        }
        for (long done = 0; done < pixels; ) {
            int green = codes[0].next();
            if (green < LITERALS) {
                int red = codes[1].next();
                codes[2].next();
                codes[3].next();
                if (used != null) {
                    used.set(red << 8 | green);
                }
                if (codes[0].isSingle() && codes[1].isSingle() && codes[2].isSingle() && codes[3].isSingle()) {
                    return;
                }
                done++;
            } else if (green < LITERALS + LENGTHS) {
                done += prefixed(green - LITERALS);
                prefixed(codes[4].next());
            } else {
                done++;
            }
        }
    }

    private int cacheBits() {
        if (bits(1) == 0) {
            return 0;
        }
        int cacheBits = bits(4);
        if (cacheBits < 1 || cacheBits > MAX_CACHE_BITS) {
            throw damaged();
        }
        return cacheBits;
    }

    /** A length or a distance (section 5.2.2). */
    private int prefixed(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int extra = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << extra) + bits(extra) + 1;
    }

    private Code code(int symbols) {
        int[] lengths = new int[symbols];
        if (bits(1) == 1) {
            boolean two = bits(1) == 1;
            use(lengths, bits(bits(1) == 0 ? 1 : 8));
            if (two) {
                use(lengths, bits(8));
            }
        } else {
            codeLengths(lengths);
        }
        return new Code(lengths);
    }

    private static void use(int[] lengths, int symbol) {
        if (symbol >= lengths.length) {
            throw damaged();
        }
        lengths[symbol] = 1;
    }

    private void codeLengths(int[] lengths) {
        int[] lengthLengths = new int[CODE_LENGTH_ORDER.length];
        int count = 4 + bits(4);
        for (int i = 0; i < count; i++) {
            lengthLengths[CODE_LENGTH_ORDER[i]] = bits(3);
        }
        Code lengthCode = new Code(lengthLengths);
        int left = lengths.length;
        if (bits(1) == 1) {
            left = 2 + bits(2 + 2 * bits(3));
        }
        int previous = 8;
        for (int symbol = 0; symbol < lengths.length && left > 0; left--) {
            int length = lengthCode.next();
            if (length < REPEAT_PREVIOUS) {
                lengths[symbol++] = length;
                previous = length == 0 ? previous : length;
            } else {
                int times = length == REPEAT_PREVIOUS ? 3 + bits(2) : length == 17 ? 3 + bits(3) : 11 + bits(7);
                if (symbol + times > lengths.length) {
                    throw damaged();
                }
                Arrays.fill(lengths, symbol, symbol + times, length == REPEAT_PREVIOUS ? previous : 0);
                symbol += times;
            }
        }
    }

    private int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= nextBit() << i;
        }
        return value;
    }

    private int nextBit() {
        int value = bytes.u8(bit >> 3) >> (bit & 7) & 1;
        bit++;
        return value;
    }

    private static int divideUp(int edge, int bits) {
        return (edge + (1 << bits) - 1) >> bits;
    }

    private static RuntimeException damaged() {
        return PictureErrors.damaged(PictureFormat.WEBP, "its codes make no sense");
    }

    /** A canonical prefix code. */
    private final class Code {
        private final int[] counts = new int[MAX_CODE_BITS + 1];
        private final int[] symbols;
        private final boolean single;

        Code(int[] lengths) {
            int used = 0;
            for (int length : lengths) {
                counts[length]++;
                used += length > 0 ? 1 : 0;
            }
            counts[0] = 0;
            int[] next = new int[MAX_CODE_BITS + 2];
            int open = 1;
            for (int length = 1; length <= MAX_CODE_BITS; length++) {
                next[length + 1] = next[length] + counts[length];
                open = 2 * open - counts[length];
                if (open < 0) {
                    throw damaged();
                }
            }
            single = used == 1;
            if (open != 0 && !single) {
                throw damaged();
            }
            symbols = new int[used];
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] > 0) {
                    symbols[next[lengths[symbol]]++] = symbol;
                }
            }
        }

        /** Whether there is only one symbol, which takes no bits. */
        boolean isSingle() {
            return single;
        }

        int next() {
            if (single) {
                return symbols[0];
            }
            int code = 0;
            int first = 0;
            int index = 0;
            for (int length = 1; length <= MAX_CODE_BITS; length++) {
                code = code << 1 | nextBit();
                if (code - first < counts[length]) {
                    return symbols[index + code - first];
                }
                index += counts[length];
                first = (first + counts[length]) << 1;
            }
            throw damaged();
        }
    }
}
