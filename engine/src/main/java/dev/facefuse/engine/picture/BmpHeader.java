package dev.facefuse.engine.picture;

import java.util.Set;

/**
 * A BMP's two headers (Windows 2.0 to 5.0). Alpha in 32-bit BMPs is left aside: hardly any reader looks at it, and many
 * writers leave it zero.
 */
final class BmpHeader {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int CORE_HEADER_BYTES = 12;
    private static final int INFO_HEADER_BYTES = 40;
    private static final Set<Integer> BITS_PER_PIXEL = Set.of(1, 4, 8, 16, 24, 32);

    private static final int COMPRESSION_NONE = 0;
    private static final int COMPRESSION_RLE8 = 1;
    private static final int COMPRESSION_RLE4 = 2;
    private static final int COMPRESSION_BITFIELDS = 3;

    private BmpHeader() {}

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        long dataAt = bytes.u32(10);
        long headerBytes = bytes.u32(FILE_HEADER_BYTES);
        boolean core = headerBytes == CORE_HEADER_BYTES;
        if (!core && (headerBytes < INFO_HEADER_BYTES || dataAt < FILE_HEADER_BYTES + headerBytes)) {
            throw Refusals.damaged(PictureFormat.BMP, "its header makes no sense");
        }
        long width = core ? bytes.u16(18) : bytes.i32(18);
        long height = core ? bytes.u16(20) : Math.abs((long) bytes.i32(22));
        int bitsPerPixel = bytes.u16(core ? 24 : 28);
        long compression = core ? COMPRESSION_NONE : bytes.u32(30);
        if (width <= 0 || height == 0 || !BITS_PER_PIXEL.contains(bitsPerPixel)) {
            throw Refusals.damaged(PictureFormat.BMP, "its size makes no sense");
        }
        limits.checkSize(width, height);
        if (compression == COMPRESSION_RLE8 || compression == COMPRESSION_RLE4) {
            bytes.require(dataAt, Math.max(1, bytes.u32(34)));
        } else if (compression == COMPRESSION_NONE || compression == COMPRESSION_BITFIELDS) {
            bytes.require(dataAt, (width * bitsPerPixel + 31) / 32 * 4 * height);
        } else {
            throw Refusals.unsupported("a BMP with another format inside");
        }
        return new PictureHeader(PictureFormat.BMP, (int) width, (int) height, 1, false, 8, 0);
    }
}
