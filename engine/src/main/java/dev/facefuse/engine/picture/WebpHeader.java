package dev.facefuse.engine.picture;

import org.jspecify.annotations.Nullable;

/** A WebP's RIFF chunks (RFC 9649): lossy, lossless and extended. */
final class WebpHeader {
    private static final int FLAG_ANIMATION = 0x02;
    private static final int FLAG_ALPHA = 0x10;
    private static final int LOSSLESS_SIGNATURE = 0x2F;
    /** The signature and the sizes of a lossless bitstream. */
    private static final int LOSSLESS_HEADER_BYTES = 5;

    private static final int ALPHA_METHOD = 0x03;
    private static final int ALPHA_RAW = 0;
    private static final int ALPHA_LOSSLESS = 1;
    private static final int NONE = -1;

    private final EncodedBytes bytes;
    private final PictureLimits limits;
    private @Nullable PictureHeader image;
    private int orientation = 1;
    private boolean alpha;
    private long alphaAt = NONE;
    private long canvasWidth = NONE;
    private long canvasHeight = NONE;

    private WebpHeader(EncodedBytes bytes, PictureLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    static PictureHeader read(EncodedBytes bytes, PictureLimits limits) {
        return new WebpHeader(bytes, limits).read();
    }

    private PictureHeader read() {
        RiffChunks chunks = new RiffChunks(bytes);
        while (chunks.next()) {
            chunk(chunks);
            chunks.requireData();
        }
        chunks.requireDeclaredLength();
        if (image == null) {
            throw PictureErrors.damaged(PictureFormat.WEBP, "there is no picture in it");
        }
        if (canvasWidth != NONE && (canvasWidth != image.width() || canvasHeight != image.height())) {
            throw PictureErrors.damaged(PictureFormat.WEBP, "it has two sizes");
        }
        return new PictureHeader(
                PictureFormat.WEBP, image.width(), image.height(), orientation, alpha, 8, image.decoderBytes());
    }

    private void chunk(RiffChunks chunk) {
        long data = chunk.dataAt();
        if (chunk.is("VP8X")) {
            extended(data);
        } else if (chunk.is("VP8 ")) {
            lossy(data);
        } else if (chunk.is("VP8L")) {
            lossless(data);
        } else if (chunk.is("ALPH")) {
            alpha = true;
            alphaAt = data;
        } else if (chunk.is("EXIF")) {
            orientation = TiffDirectory.exifOrientation(chunk.exif());
        }
    }

    private void extended(long data) {
        int flags = bytes.u8(data);
        if ((flags & FLAG_ANIMATION) != 0) {
            throw PictureErrors.unsupported("an animated WebP");
        }
        alpha |= (flags & FLAG_ALPHA) != 0;
        canvasWidth = bytes.u24(data + 4) + 1L;
        canvasHeight = bytes.u24(data + 7) + 1L;
        limits.checkSize(canvasWidth, canvasHeight);
    }

    private void lossy(long data) {
        if (bytes.u24(data + 3) != 0x2A019D) {
            throw PictureErrors.damaged(PictureFormat.WEBP, "its header makes no sense");
        }
        int width = bytes.u16(data + 6) & 0x3FFF;
        int height = bytes.u16(data + 8) & 0x3FFF;
        checkImage(width, height);
        image = header(width, height, alphaBytes(width, height));
    }

    /** libwebp unpacks all of the alpha before the first row of colours. */
    private long alphaBytes(int width, int height) {
        if (alphaAt == NONE) {
            return 0;
        }
        long plane = (long) width * height;
        return switch (bytes.u8(alphaAt) & ALPHA_METHOD) {
            case ALPHA_RAW -> plane;
            case ALPHA_LOSSLESS -> plane + LosslessWebp.decoderBytes(bytes, alphaAt + 1, width, height);
            default -> throw PictureErrors.damaged(PictureFormat.WEBP, "its alpha makes no sense");
        };
    }

    private void lossless(long data) {
        if (bytes.u8(data) != LOSSLESS_SIGNATURE) {
            throw PictureErrors.damaged(PictureFormat.WEBP, "its header makes no sense");
        }
        long sizes = bytes.u32(data + 1);
        alpha |= (sizes >> 28 & 1) != 0;
        int width = (int) (sizes & 0x3FFF) + 1;
        int height = (int) (sizes >> 14 & 0x3FFF) + 1;
        checkImage(width, height);
        image = header(width, height, LosslessWebp.decoderBytes(bytes, data + LOSSLESS_HEADER_BYTES, width, height));
    }

    private void checkImage(int width, int height) {
        if (width == 0 || height == 0 || image != null) {
            throw PictureErrors.damaged(PictureFormat.WEBP, "its size makes no sense");
        }
        limits.checkSize(width, height);
    }

    private static PictureHeader header(int width, int height, long decoderBytes) {
        return new PictureHeader(PictureFormat.WEBP, width, height, 1, false, 8, decoderBytes);
    }
}
