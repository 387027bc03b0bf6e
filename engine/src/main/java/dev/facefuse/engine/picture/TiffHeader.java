package dev.facefuse.engine.picture;

/**
 * The first page of a TIFF (TIFF 6.0); further pages, which are mostly previews, are left aside. Grey, palette and RGB of
 * up to 16 bits are read.
 */
final class TiffHeader {
    private static final int RGBA_CHANNELS = 4;
    private static final int PLANAR_CHUNKY = 1;
    private static final int PHOTOMETRIC_WHITE_IS_ZERO = 0;
    private static final int PHOTOMETRIC_PALETTE = 3;
    private static final int PHOTOMETRIC_SEPARATED = 5;
    private static final int PHOTOMETRIC_YCBCR = 6;
    private static final int SAMPLE_FORMAT_UNSIGNED = 1;
    private static final int EXTRA_SAMPLE_UNSPECIFIED = 0;
    static final int EXTRA_SAMPLE_ASSOCIATED = 1;
    static final int EXTRA_SAMPLE_UNASSOCIATED = 2;

    private TiffHeader() {}

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        TiffDirectory page = TiffDirectory.read(bytes);
        long width = page.number(TiffDirectory.IMAGE_WIDTH, 0);
        long height = page.number(TiffDirectory.IMAGE_LENGTH, 0);
        if (width == 0 || height == 0) {
            throw Refusals.damaged(PictureFormat.TIFF, "its size makes no sense");
        }
        limits.checkSize(width, height);
        limits.checkSize(page.number(TiffDirectory.TILE_WIDTH, 0), page.number(TiffDirectory.TILE_LENGTH, 0));
        int bitDepth = checkSamples(page);
        checkData(page, bytes);
        long orientation = page.number(TiffDirectory.ORIENTATION, 1);
        return new PictureHeader(
                PictureFormat.TIFF,
                (int) width,
                (int) height,
                Orientation.isValid(orientation) ? (int) orientation : 1,
                hasAlpha(page),
                bitDepth,
                stripBytes(page, width, height, bitDepth));
    }

    /** What libtiff unpacks at a time: a strip or tile, of 8 bits always in four channels. */
    private static long stripBytes(TiffDirectory page, long width, long height, int bitDepth) {
        long stripWidth = page.number(TiffDirectory.TILE_WIDTH, width);
        long rows = page.number(TiffDirectory.ROWS_PER_STRIP, height);
        long stripHeight = page.number(TiffDirectory.TILE_LENGTH, Math.min(rows, height));
        long pixelBytes = bitDepth > 8 ? 2 * page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1) : RGBA_CHANNELS;
        return stripWidth * stripHeight * pixelBytes;
    }

    /** Colour with alpha; grey with alpha is read as opaque, OpenCV leaves it out. */
    private static boolean hasAlpha(TiffDirectory page) {
        long extra = page.number(TiffDirectory.EXTRA_SAMPLES, EXTRA_SAMPLE_UNSPECIFIED);
        return page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1) == 4
                && (extra == EXTRA_SAMPLE_ASSOCIATED || extra == EXTRA_SAMPLE_UNASSOCIATED);
    }

    private static int checkSamples(TiffDirectory page) {
        long bits = page.number(TiffDirectory.BITS_PER_SAMPLE, 1);
        long samples = page.number(TiffDirectory.SAMPLES_PER_PIXEL, 1);
        long photometric = page.number(TiffDirectory.PHOTOMETRIC, PHOTOMETRIC_WHITE_IS_ZERO);
        if (photometric == PHOTOMETRIC_SEPARATED) {
            throw Refusals.unsupported("a CMYK TIFF for print");
        }
        if (page.number(TiffDirectory.SAMPLE_FORMAT, SAMPLE_FORMAT_UNSIGNED) != SAMPLE_FORMAT_UNSIGNED || bits > 16) {
            throw Refusals.unsupported("a TIFF of floating-point, signed or 32-bit values");
        }
        if (photometric > PHOTOMETRIC_PALETTE && photometric != PHOTOMETRIC_YCBCR) {
            throw Refusals.unsupported("a TIFF in a colour space of its own");
        }
        boolean readable = bits == 1 || bits == 8 || bits == 16 || (bits == 4 && photometric == PHOTOMETRIC_PALETTE);
        if (!readable || samples == 0 || samples > 4) {
            throw Refusals.unsupported("a TIFF of " + samples + " channels with " + bits + " bits");
        }
        // OpenCV would take the planes for pixels, and white for black.
        boolean planes = page.number(TiffDirectory.PLANAR_CONFIGURATION, PLANAR_CHUNKY) != PLANAR_CHUNKY;
        if (bits == 16 && (planes || photometric == PHOTOMETRIC_WHITE_IS_ZERO)) {
            throw Refusals.unsupported("a TIFF of 16 bits in planes, or with white as zero");
        }
        return (int) bits;
    }

    private static void checkData(TiffDirectory page, EncodedBytes bytes) {
        boolean tiled = page.has(TiffDirectory.TILE_OFFSETS);
        int offsets = tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
        int byteCounts = tiled ? TiffDirectory.TILE_BYTE_COUNTS : TiffDirectory.STRIP_BYTE_COUNTS;
        long count = page.count(offsets);
        if (count == 0 || page.count(byteCounts) != count) {
            throw Refusals.damaged(PictureFormat.TIFF, "there is no picture in it");
        }
        for (long i = 0; i < count; i++) {
            bytes.require(page.number(offsets, i, -1), page.number(byteCounts, i, -1));
        }
    }
}
