package dev.facefuse.engine.picture;

/**
 * A PNG's chunks (W3C PNG, third edition, section 5), from IHDR to IEND. The checksums of those that make pixels are verified:
 * libpng would complain about a wrong one on the terminal.
 */
final class PngHeader {
    private static final int IHDR_BYTES = 13;

    static final int BIT_DEPTH_AT = 24;
    static final int COLOUR_TYPE_AT = 25;
    /** 256 colours. */
    private static final int MOST_PALETTE_BYTES = 3 * 256;

    static final int COLOUR_GREY = 0;
    private static final int COLOUR_RGB = 2;
    private static final int COLOUR_PALETTE = 3;
    private static final int COLOUR_GREY_ALPHA = 4;
    private static final int COLOUR_RGB_ALPHA = 6;

    private PngHeader() {}

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        PictureHeader stored = imageHeader(bytes, limits);
        boolean keyed = false;
        int orientation = 1;
        int palettes = 0;
        boolean hasData = false;
        PngChunks chunks = new PngChunks(bytes);
        while (chunks.next()) {
            if (chunks.is("acTL")) {
                throw PictureErrors.unsupported("an animated PNG");
            }
            checkEssential(chunks);
            if (chunks.is("tRNS")) {
                if (keyed) {
                    throw PictureErrors.damaged(PictureFormat.PNG, "it has two transparency chunks");
                }
                keyed = true;
            } else if (chunks.is("PLTE")) {
                palettes++;
            } else if (chunks.is("eXIf")) {
                orientation = TiffDirectory.exifOrientation(chunks.data());
            } else if (chunks.is("IDAT")) {
                hasData = true;
            }
        }
        if (!hasData || palettes > 1) {
            throw PictureErrors.damaged(
                    PictureFormat.PNG, hasData ? "it has two palettes" : "there is no picture in it");
        }
        boolean alpha = stored.alpha() || keyed;
        return new PictureHeader(
                PictureFormat.PNG,
                stored.width(),
                stored.height(),
                orientation,
                alpha,
                stored.bitDepth(),
                keyed ? shadeBytes(bytes, stored) : 0);
    }

    /** Alpha that a transparent shade becomes is made beside the grey pixels. */
    private static long shadeBytes(EncodedBytes bytes, PictureHeader stored) {
        long planes = bytes.u8(COLOUR_TYPE_AT) == COLOUR_GREY ? 2L * stored.width() * stored.height() : 0;
        return stored.bitDepth() == Short.SIZE ? 2 * planes : planes;
    }

    /**
     * Refuses what decoders must not get. OpenCV keeps a copy of each palette and transparency chunk, whatever its length; libpng knows
     * no other critical chunks than these.
     */
    private static void checkEssential(PngChunks chunk) {
        if (!chunk.isEssential()) {
            return;
        }
        if (!chunk.hasValidChecksum()) {
            throw PictureErrors.damaged(PictureFormat.PNG, "a checksum is wrong");
        }
        boolean colours = chunk.is("PLTE") || chunk.is("tRNS");
        if (colours && chunk.length() > MOST_PALETTE_BYTES) {
            throw PictureErrors.damaged(PictureFormat.PNG, "its palette is too long");
        }
        if (!colours && !chunk.is("IHDR") && !chunk.is("IDAT") && !chunk.is("IEND")) {
            throw PictureErrors.unsupported("a PNG with private chunks that its pixels need");
        }
    }

    private static PictureHeader imageHeader(EncodedBytes bytes, PictureLimits limits) {
        int at = PngChunks.SIGNATURE_BYTES;
        if (bytes.has(at + 4, "CgBI")) {
            throw PictureErrors.unsupported("a PNG in Apple's own form (CgBI)");
        }
        bytes.require(at, IHDR_BYTES + PngChunks.FRAME_BYTES);
        long width = bytes.u32(at + 8);
        long height = bytes.u32(at + 12);
        int bitDepth = bytes.u8(at + 16);
        int colour = bytes.u8(COLOUR_TYPE_AT);
        boolean valid = bytes.u32(at) == IHDR_BYTES
                && bytes.has(at + 4, "IHDR")
                && width > 0
                && height > 0
                && isValidDepth(colour, bitDepth);
        if (!valid) {
            throw PictureErrors.damaged(PictureFormat.PNG, "its header makes no sense");
        }
        limits.checkSize(width, height);
        boolean alpha = colour == COLOUR_GREY_ALPHA || colour == COLOUR_RGB_ALPHA;
        return new PictureHeader(PictureFormat.PNG, (int) width, (int) height, 1, alpha, bitDepth, 0);
    }

    private static boolean isValidDepth(int colour, int bitDepth) {
        boolean small = bitDepth == 1 || bitDepth == 2 || bitDepth == 4;
        return switch (colour) {
            case COLOUR_GREY -> small || bitDepth == 8 || bitDepth == 16;
            case COLOUR_PALETTE -> small || bitDepth == 8;
            case COLOUR_RGB, COLOUR_GREY_ALPHA, COLOUR_RGB_ALPHA -> bitDepth == 8 || bitDepth == 16;
            default -> false;
        };
    }
}
