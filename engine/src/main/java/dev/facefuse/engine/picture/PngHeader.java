package dev.facefuse.engine.picture;

/**
 * A PNG's chunks (W3C PNG, third edition, section 5), from IHDR to IEND. The checksums of those that make pixels are verified:
 * libpng would complain about a wrong one on the terminal.
 */
final class PngHeader {
    static final int SIGNATURE_BYTES = 8;
    private static final int IHDR_BYTES = 13;
    /** Length, type and checksum around a chunk's data. */
    static final int CHUNK_FRAME_BYTES = 12;

    static final int BIT_DEPTH_AT = 24;
    static final int COLOUR_TYPE_AT = 25;
    /** 256 colours. */
    private static final int MOST_PALETTE_BYTES = 3 * 256;

    private static final int ANCILLARY_BIT = 0x20;

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
        boolean atEnd = false;
        for (long at = SIGNATURE_BYTES; !atEnd; ) {
            long length = bytes.u32(at);
            if (bytes.has(at + 4, "acTL")) {
                throw Refusals.unsupported("an animated PNG");
            }
            bytes.require(at, length + CHUNK_FRAME_BYTES);
            checkSum(bytes, at, length);
            checkCritical(bytes, at, length);
            if (bytes.has(at + 4, "tRNS")) {
                if (keyed) {
                    throw Refusals.damaged(PictureFormat.PNG, "it has two transparency chunks");
                }
                keyed = true;
            } else if (bytes.has(at + 4, "PLTE")) {
                palettes++;
            } else if (bytes.has(at + 4, "eXIf")) {
                orientation = TiffDirectory.exifOrientation(bytes.part(at + 8, length));
            } else if (bytes.has(at + 4, "IDAT")) {
                hasData = true;
            } else {
                atEnd = bytes.has(at + 4, "IEND");
            }
            at += length + CHUNK_FRAME_BYTES;
        }
        if (!hasData || palettes > 1) {
            throw Refusals.damaged(PictureFormat.PNG, hasData ? "it has two palettes" : "there is no picture in it");
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
     * OpenCV keeps a copy of each palette and transparency chunk, whatever its length; libpng knows no other critical
     * chunks than these.
     */
    private static void checkCritical(EncodedBytes bytes, long at, long length) {
        boolean known = bytes.has(at + 4, "IHDR") || bytes.has(at + 4, "IDAT") || bytes.has(at + 4, "IEND");
        boolean colours = bytes.has(at + 4, "PLTE") || bytes.has(at + 4, "tRNS");
        if (colours && length > MOST_PALETTE_BYTES) {
            throw Refusals.damaged(PictureFormat.PNG, "its palette is too long");
        }
        if (isEssential(bytes, at) && !known && !colours) {
            throw Refusals.unsupported("a PNG with private chunks that its pixels need");
        }
    }

    /** Whether the chunk here makes pixels: a critical one, whose name begins with a capital, or transparency. */
    static boolean isEssential(EncodedBytes bytes, long at) {
        return (bytes.u8(at + 4) & ANCILLARY_BIT) == 0 || bytes.has(at + 4, "tRNS");
    }

    private static void checkSum(EncodedBytes bytes, long at, long length) {
        if (isEssential(bytes, at) && bytes.crc32(at + 4, 4 + length) != bytes.u32(at + 8 + length)) {
            throw Refusals.damaged(PictureFormat.PNG, "a checksum is wrong");
        }
    }

    private static PictureHeader imageHeader(EncodedBytes bytes, PictureLimits limits) {
        int at = SIGNATURE_BYTES;
        if (bytes.has(at + 4, "CgBI")) {
            throw Refusals.unsupported("a PNG in Apple's own form (CgBI)");
        }
        bytes.require(at, IHDR_BYTES + CHUNK_FRAME_BYTES);
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
            throw Refusals.damaged(PictureFormat.PNG, "its header makes no sense");
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
