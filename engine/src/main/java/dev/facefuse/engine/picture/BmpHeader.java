package dev.facefuse.engine.picture;

import java.util.Set;

/** A BMP's two headers (Windows 2.0 to 5.0, OS/2). Alpha is read where a mask declares it. */
final class BmpHeader {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int INFO_HEADER_BYTES = 40;
    private static final int OS2_HEADER_BYTES = 64;
    private static final Set<Integer> BITS_PER_PIXEL = Set.of(1, 4, 8, 16, 24, 32);

    private static final int COMPRESSION_NONE = 0;
    private static final int COMPRESSION_RLE8 = 1;
    private static final int COMPRESSION_RLE4 = 2;
    static final int COMPRESSION_BITFIELDS = 3;
    static final int COMPRESSION_ALPHABITFIELDS = 6;

    private BmpHeader() {}

    /**
     * The position and layout of the pixels.
     *
     * @param height rows, whichever is stored first
     * @param topDown whether the top row is stored first
     */
    record Layout(
            long dataAt,
            long headerBytes,
            long width,
            long height,
            boolean topDown,
            int bitsPerPixel,
            long compression) {

        boolean hasMasks() {
            return bitsPerPixel == Short.SIZE || bitsPerPixel == Integer.SIZE;
        }

        BmpMasks masks(EncodedBytes bytes) {
            return BmpMasks.read(bytes, bitsPerPixel, headerBytes, compression);
        }

        /** Rows are filled up to whole 32 bits. */
        long rowBytes() {
            return (width * bitsPerPixel + 31) / 32 * 4;
        }

        /** A pixel of 16 or 32 bits, counted from the top left. */
        int pixel(EncodedBytes bytes, int x, int y) {
            long row = dataAt + rowBytes() * (topDown ? y : height - 1 - y);
            return bitsPerPixel == Short.SIZE ? bytes.u16(row + 2L * x) : bytes.i32(row + 4L * x);
        }
    }

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        Layout layout = layout(bytes);
        limits.checkSize(layout.width(), layout.height());
        boolean masked =
                layout.compression() == COMPRESSION_BITFIELDS || layout.compression() == COMPRESSION_ALPHABITFIELDS;
        if (layout.compression() == COMPRESSION_RLE8 || layout.compression() == COMPRESSION_RLE4) {
            bytes.require(layout.dataAt(), Math.max(1, bytes.u32(34)));
        } else if (layout.compression() == COMPRESSION_NONE || (masked && layout.hasMasks())) {
            bytes.require(layout.dataAt(), layout.rowBytes() * layout.height());
        } else {
            throw PictureErrors.unsupported("a BMP with another format inside");
        }
        boolean alpha = layout.hasMasks() && layout.masks(bytes).alpha() != 0;
        return new PictureHeader(PictureFormat.BMP, (int) layout.width(), (int) layout.height(), 1, alpha, 8, 0);
    }

    /** Reads the headers, without checking that the pixels are there. */
    static Layout layout(EncodedBytes bytes) {
        long dataAt = bytes.u32(10);
        long headerBytes = bytes.u32(FILE_HEADER_BYTES);
        boolean core = headerBytes == CORE_HEADER_BYTES;
        if (!core && headerBytes > CORE_HEADER_BYTES && headerBytes < INFO_HEADER_BYTES) {
            throw PictureErrors.unsupported("a BMP of OS/2 with a short header");
        }
        if (!core && (headerBytes < INFO_HEADER_BYTES || dataAt < FILE_HEADER_BYTES + headerBytes)) {
            throw PictureErrors.damaged(PictureFormat.BMP, "its header makes no sense");
        }
        long width = core ? bytes.u16(18) : bytes.i32(18);
        long height = core ? bytes.u16(20) : bytes.i32(22);
        int bitsPerPixel = bytes.u16(core ? 24 : 28);
        long compression = core ? COMPRESSION_NONE : bytes.u32(30);
        if (width <= 0 || height == 0 || !BITS_PER_PIXEL.contains(bitsPerPixel)) {
            throw PictureErrors.damaged(PictureFormat.BMP, "its size makes no sense");
        }
        if (headerBytes == OS2_HEADER_BYTES && compression > COMPRESSION_RLE4) {
            throw PictureErrors.unsupported("a BMP of OS/2 with its own compression");
        }
        return new Layout(dataAt, headerBytes, width, Math.abs(height), height < 0, bitsPerPixel, compression);
    }
}
