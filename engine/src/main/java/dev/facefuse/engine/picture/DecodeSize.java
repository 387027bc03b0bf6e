package dev.facefuse.engine.picture;

/**
 * The size at which a picture is decoded: full, a half, a quarter or an eighth. A JPEG is decoded at that size, and its full-size
 * pixels never exist. The other formats' decoders give every pixel, and the pixels are averaged immediately.
 *
 * @param leastShortEdge the short edge that the decoded picture keeps at least, pixels
 */
public record DecodeSize(int leastShortEdge) {
    private static final DecodeSize FULL = new DecodeSize(Integer.MAX_VALUE);

    public DecodeSize {
        if (leastShortEdge < 1) {
            throw new IllegalArgumentException("A short edge has at least one pixel, not " + leastShortEdge);
        }
    }

    /** Every pixel. */
    public static DecodeSize full() {
        return FULL;
    }

    /** As few pixels as halving gives with a short edge of at least {@code px}; never more than are stored. */
    public static DecodeSize shortEdge(int px) {
        return new DecodeSize(px);
    }

    /** 8, 4, 2 or 1: the most the edges can be divided by, each rounded up, without falling below. */
    int denominator(int width, int height) {
        int shortEdge = Math.min(width, height);
        for (int denominator = 8; denominator > 1; denominator /= 2) {
            if (scaled(shortEdge, denominator) >= leastShortEdge) {
                return denominator;
            }
        }
        return 1;
    }

    /** The length of an edge after division, rounded as libjpeg does. */
    static int scaled(int edge, int denominator) {
        return (edge + denominator - 1) / denominator;
    }
}
