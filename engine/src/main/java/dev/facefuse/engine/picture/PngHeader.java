package dev.facefuse.engine.picture;

/** A PNG's chunks (W3C PNG, third edition, section 5), from IHDR to IEND. */
final class PngHeader {
    private static final int SIGNATURE_BYTES = 8;
    private static final int IHDR_BYTES = 13;
    /** Length, type and checksum around a chunk's data. */
    private static final int CHUNK_FRAME_BYTES = 12;

    private static final int COLOUR_GREY = 0;
    private static final int COLOUR_RGB = 2;
    private static final int COLOUR_PALETTE = 3;
    private static final int COLOUR_GREY_ALPHA = 4;
    private static final int COLOUR_RGB_ALPHA = 6;

    private PngHeader() {}

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        PictureHeader stored = imageHeader(bytes, limits);
        int orientation = 1;
        boolean alpha = stored.alpha();
        boolean hasData = false;
        long at = SIGNATURE_BYTES;
        while (!bytes.has(at + 4, "IEND")) {
            long length = bytes.u32(at);
            if (bytes.has(at + 4, "acTL")) {
                throw Refusals.unsupported("an animated PNG");
            }
            bytes.require(at, length + CHUNK_FRAME_BYTES);
            if (bytes.has(at + 4, "tRNS")) {
                alpha = true;
            } else if (bytes.has(at + 4, "eXIf")) {
                orientation = TiffDirectory.exifOrientation(bytes.part(at + 8, length));
            } else if (bytes.has(at + 4, "IDAT")) {
                hasData = true;
            }
            at += length + CHUNK_FRAME_BYTES;
        }
        bytes.require(at, CHUNK_FRAME_BYTES);
        if (!hasData) {
            throw Refusals.damaged(PictureFormat.PNG, "there is no picture in it");
        }
        return new PictureHeader(
                PictureFormat.PNG, stored.width(), stored.height(), orientation, alpha, stored.bitDepth());
    }

    private static PictureHeader imageHeader(EncodedBytes bytes, PictureLimits limits) {
        int at = SIGNATURE_BYTES;
        bytes.require(at, IHDR_BYTES + CHUNK_FRAME_BYTES);
        long width = bytes.u32(at + 8);
        long height = bytes.u32(at + 12);
        int bitDepth = bytes.u8(at + 16);
        int colour = bytes.u8(at + 17);
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
        return new PictureHeader(PictureFormat.PNG, (int) width, (int) height, 1, alpha, bitDepth);
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
