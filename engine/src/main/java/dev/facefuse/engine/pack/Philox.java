package dev.facefuse.engine.pack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The counter-based random number generator Philox 4x64-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). It
 * returns the same sequence as numpy's {@code Philox(key)}.
 */
final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2E7470EE14C6C93L;
    private static final long MULTIPLIER_1 = 0xCA5A826395121157L;
    private static final long WEYL_0 = 0x9E3779B97F4A7C15L;
    private static final long WEYL_1 = 0xBB67AE8584CAA73BL;
    private static final int BLOCK = 4;
    private static final float FLOAT_UNIT = 0x1p-24f;

    private final long key0;
    private final long key1;
    private final long[] block = new long[BLOCK];
    private long counter;
    private int used = BLOCK;
    private long half;
    private boolean hasHalf;

    private Philox(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The generator whose key is the first half of the SHA-256 of a name. */
    static Philox of(String name) {
        byte[] digest = Sha256.newDigest().digest(name.getBytes(StandardCharsets.UTF_8));
        ByteBuffer words = ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN);
        return new Philox(words.getLong(), words.getLong());
    }

    /** The next 32 bits: the lower half of a 64-bit number, then its upper half. */
    int next32() {
        if (hasHalf) {
            hasHalf = false;
            return (int) (half >>> 32);
        }
        half = next64();
        hasHalf = true;
        return (int) half;
    }

    long next64() {
        if (used == BLOCK) {
            counter++;
            fillBlock();
            used = 0;
        }
        return block[used++];
    }

    /** A uniformly distributed number of 24 bits from 0 inclusive to 1 exclusive. */
    float nextFloat() {
        return (next32() >>> 8) * FLOAT_UNIT;
    }

    /** Computes the block for the counter. Its upper three words are always 0, because 2⁶⁴ blocks are enough. */
    private void fillBlock() {
        long a = counter;
        long b = 0;
        long c = 0;
        long d = 0;
        long k0 = key0;
        long k1 = key1;
        for (int i = 0; i < ROUNDS; i++) {
            long high0 = multiplyHigh(MULTIPLIER_0, a);
            long low0 = MULTIPLIER_0 * a;
            long high1 = multiplyHigh(MULTIPLIER_1, c);
            long low1 = MULTIPLIER_1 * c;
            a = high1 ^ b ^ k0;
            b = low1;
            c = high0 ^ d ^ k1;
            d = low0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        block[0] = a;
        block[1] = b;
        block[2] = c;
        block[3] = d;
    }

    /** The upper half of an unsigned product. The first factor must be negative as a signed number. */
    private static long multiplyHigh(long x, long y) {
        return Math.multiplyHigh(x, y) + y + (x & (y >> 63));
    }
}
