package dev.facefuse.engine.picture;

/**
 * The bit masks of the colours in a BMP's pixels of 16 or 32 bits.
 *
 * @param red bits of a pixel that are red; 0 where there is none
 * @param green the same
 * @param blue the same
 * @param alpha the same; 0 where everything is opaque
 */
record BmpMasks(int red, int green, int blue, int alpha) {
    private static final int MASKS_AT = 54;
    private static final int ALPHA_MASK_AT = MASKS_AT + 12;
    /** Headers of this size and more hold a mask for alpha. */
    private static final int HEADER_WITH_ALPHA_BYTES = 56;

    private static final BmpMasks DEFAULT_16 = new BmpMasks(0x7C00, 0x03E0, 0x001F, 0);
    private static final BmpMasks DEFAULT_32 = new BmpMasks(0xFF0000, 0x00FF00, 0x0000FF, 0);

    /** The masks of a file whose pixels have 16 or 32 bits. */
    static BmpMasks read(EncodedBytes bytes, int bitsPerPixel, long headerBytes, long compression) {
        boolean withAlpha = compression == BmpHeader.COMPRESSION_ALPHABITFIELDS;
        if (!withAlpha && compression != BmpHeader.COMPRESSION_BITFIELDS) {
            return bitsPerPixel == Short.SIZE ? DEFAULT_16 : DEFAULT_32;
        }
        BmpMasks masks = new BmpMasks(
                bytes.i32(MASKS_AT),
                bytes.i32(MASKS_AT + 4),
                bytes.i32(MASKS_AT + 8),
                withAlpha || headerBytes >= HEADER_WITH_ALPHA_BYTES ? bytes.i32(ALPHA_MASK_AT) : 0);
        int colours = masks.red | masks.green | masks.blue;
        int outside = bitsPerPixel == Short.SIZE ? -1 << Short.SIZE : 0;
        boolean valid = colours != 0
                && (outside & (colours | masks.alpha)) == 0
                && isOneRun(masks.red)
                && isOneRun(masks.green)
                && isOneRun(masks.blue)
                && isOneRun(masks.alpha);
        if (!valid) {
            throw PictureErrors.damaged(PictureFormat.BMP, "its colour masks make no sense");
        }
        return masks;
    }

    /** Whether all bits that are set are neighbours. */
    private static boolean isOneRun(int mask) {
        long shifted = Integer.toUnsignedLong(mask) >>> Integer.numberOfTrailingZeros(mask);
        return mask == 0 || (shifted & (shifted + 1)) == 0;
    }

    /** A channel of a pixel, spread over 0 to 255 and rounded; 0 where the mask is empty. */
    static int value(int pixel, int mask) {
        if (mask == 0) {
            return 0;
        }
        int shift = Integer.numberOfTrailingZeros(mask);
        long most = Integer.toUnsignedLong(mask) >>> shift;
        long value = Integer.toUnsignedLong(pixel & mask) >>> shift;
        return (int) ((value * 0xFF + most / 2) / most);
    }
}
