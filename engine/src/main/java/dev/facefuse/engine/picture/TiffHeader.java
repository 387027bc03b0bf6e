package dev.facefuse.engine.picture;

import java.util.Map;
import java.util.Set;

/**
 * The first page of a TIFF (TIFF 6.0); further pages, which are mostly previews, are left aside. Grey, palette and RGB of
 * up to 16 bits are read.
 */
final class TiffHeader {
    /** None, CCITT in three kinds, LZW, JPEG, Deflate with its two numbers, PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 7L, 8L, 32_946L, 32_773L);

    private static final int MOST_SAMPLES = 4;
    private static final int PHOTOMETRIC_WHITE_IS_ZERO = 0;
    private static final int PHOTOMETRIC_PALETTE = 3;
    private static final int PHOTOMETRIC_SEPARATED = 5;
    private static final int PHOTOMETRIC_YCBCR = 6;
    private static final int SAMPLE_FORMAT_UNSIGNED = 1;
    private static final int EXTRA_SAMPLE_UNSPECIFIED = 0;
    static final int EXTRA_SAMPLE_ASSOCIATED = 1;
    static final int EXTRA_SAMPLE_UNASSOCIATED = 2;

    private static final int SUBFILE_REDUCED = 1;

    private static final Map<Long, String> COMPRESSION_NAMES = Map.of(
            6L, "old-style JPEG",
            34_661L, "JBIG",
            34_712L, "JPEG 2000",
            34_887L, "LERC",
            34_892L, "lossy JPEG",
            34_925L, "LZMA",
            50_000L, "ZSTD",
            50_001L, "WebP",
            50_002L, "JPEG XL",
            52_546L, "JPEG XL");

    private TiffHeader() {}

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        TiffDirectory first = TiffDirectory.read(bytes);
        checkKind(first);
        TiffLayout layout = TiffLayout.of(first, limits);
        checkSamples(layout);
        TiffDirectory page = layout.page();
        boolean alpha = hasAlpha(layout);
        long orientation = page.number(TiffDirectory.ORIENTATION, 1);
        return new PictureHeader(
                PictureFormat.TIFF,
                (int) layout.width(),
                (int) layout.height(),
                Orientation.isValid(orientation) ? (int) orientation : 1,
                alpha,
                (int) layout.bits(),
                layout.decoderBytes(alpha));
    }

    /** Colour with alpha; grey with alpha is read as opaque, OpenCV leaves it out, and {@link TiffPixels#losesAlpha} says so. */
    static boolean hasAlpha(TiffLayout layout) {
        long extra = layout.page().number(TiffDirectory.EXTRA_SAMPLES, EXTRA_SAMPLE_UNSPECIFIED);
        return layout.samples() == 4 && (extra == EXTRA_SAMPLE_ASSOCIATED || extra == EXTRA_SAMPLE_UNASSOCIATED);
    }

    private static void checkSamples(TiffLayout layout) {
        TiffDirectory page = layout.page();
        long bits = layout.bits();
        long samples = layout.samples();
        long photometric = layout.photometric();
        checkCompression(layout.compression());
        if (photometric == PHOTOMETRIC_SEPARATED) {
            throw PictureErrors.unsupported("a CMYK TIFF for print");
        }
        if (!isUnsigned(page) || bits > 16) {
            throw PictureErrors.unsupported("a TIFF of floating-point, signed or 32-bit values");
        }
        if (photometric > PHOTOMETRIC_PALETTE && photometric != PHOTOMETRIC_YCBCR) {
            throw PictureErrors.unsupported("a TIFF in a colour space of its own");
        }
        boolean readable = bits == 1 || bits == 8 || bits == 16 || (bits == 4 && photometric == PHOTOMETRIC_PALETTE);
        if (!readable || samples == 0 || samples > 4 || page.count(TiffDirectory.EXTRA_SAMPLES) > samples) {
            throw PictureErrors.unsupported("a TIFF of " + samples + " channels with " + bits + " bits");
        }
        // OpenCV would take the planes for pixels, and white for black.
        if (bits == 16 && (layout.planar() || photometric == PHOTOMETRIC_WHITE_IS_ZERO)) {
            throw PictureErrors.unsupported("a TIFF of 16 bits in planes, or with white as zero");
        }
    }

    private static boolean isUnsigned(TiffDirectory page) {
        boolean unsigned = true;
        for (long i = 0; unsigned && i < page.count(TiffDirectory.SAMPLE_FORMAT); i++) {
            unsigned = i < MOST_SAMPLES && page.valueOf(TiffDirectory.SAMPLE_FORMAT, i) == SAMPLE_FORMAT_UNSIGNED;
        }
        return unsigned;
    }

    /** Refuses a camera's raw picture, of which the first page is a small preview or no colours. */
    private static void checkKind(TiffDirectory page) {
        boolean preview = (page.number(TiffDirectory.NEW_SUBFILE_TYPE, 0) & SUBFILE_REDUCED) != 0;
        if (page.has(TiffDirectory.DNG_VERSION) || (preview && page.has(TiffDirectory.SUB_DIRECTORIES))) {
            throw PictureErrors.unsupported("a camera's raw picture");
        }
    }

    /** Only what libtiff unpacks here, and in memory that is known. */
    private static void checkCompression(long compression) {
        if (!COMPRESSIONS.contains(compression)) {
            String name = COMPRESSION_NAMES.getOrDefault(compression, "method " + compression);
            throw PictureErrors.unsupported("a TIFF compressed with " + name);
        }
    }
}
