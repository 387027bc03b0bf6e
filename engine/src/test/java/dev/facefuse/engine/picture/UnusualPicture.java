package dev.facefuse.engine.picture;

import java.util.Random;

/**
 * A picture file that is valid in its structure but unlike those that programs write, to compare what a header says of
 * its memory with what its decoder takes.
 *
 * @param description its format and what is unusual about it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record UnusualPicture(String description, byte[] bytes) {
    /** The most pixels of a picture here. */
    private static final int MOST_PIXELS = 12_000_000;

    /** The next picture of a series, which the seed of {@code random} determines. */
    static UnusualPicture next(Random random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> UnusualTiff.next(random);
            case 4, 5, 6 -> UnusualJpeg.next(random);
            case 7 -> UnusualPng.next(random);
            case 8 -> UnusualWebp.next(random);
            default -> UnusualBmp.next(random);
        };
    }

    /** A width and a height: small, large, or long and thin. */
    static int[] size(Random random) {
        int width = 1 + random.nextInt(600);
        int height = 1 + random.nextInt(600);
        switch (random.nextInt(6)) {
            case 0 -> {
                width = 2500 + random.nextInt(1000);
                height = 2500 + random.nextInt(1000);
            }
            case 1 -> {
                width = 1 + random.nextInt(16_384);
                height = 1 + random.nextInt(Math.min(16_384, MOST_PIXELS / width));
            }
            case 2 -> {
                height = 1 + random.nextInt(16_384);
                width = 1 + random.nextInt(Math.min(16_384, MOST_PIXELS / height));
            }
            default -> {
                // Small.
            }
        }
        return new int[] {width, height};
    }

    static int pick(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }

    static boolean oneIn(Random random, int times) {
        return random.nextInt(times) == 0;
    }
}
