package dev.facefuse.engine.picture;

/**
 * The host memory that writing the result takes. All figures are bytes and upper bounds.
 *
 * <pre>
 * writing = resized copy + alpha joined or flattened + encoder + 3·encoded result    the encoder's, its copy, Java's
 * encoder = JPEG 6 bytes a pixel up to 8 megapixels, then 0; WebP 3, lossless 20; others 0
 * encoded = the raw pixels, or four times the template's file if that is less and the template is no more compressed than the
 *           result can be
 * </pre>
 *
 * @param template the picture that the result is made from
 * @param output size, format and quality of the result
 */
public record ResultMemory(PictureMemory template, OutputSettings output) {
    private static final long RESULT_COPIES = 3;

    /** More than a result grows over its template by another quality, full colour resolution or a simpler compression. */
    private static final long MAX_GROWTH = 4;

    private static final long WEBP_BYTES_PER_PIXEL = 3;
    private static final long WEBP_LOSSLESS_BYTES_PER_PIXEL = 20;
    private static final long JPEG_COEFFICIENT_BYTES_PER_PIXEL = 6;

    /** Resizing and encoding; includes the encoded result. */
    public long writingBytes() {
        long resized = scale() == 1 ? 0 : pixels() * template.bytesPerPixel();
        // Alpha is joined to the colours again, or the picture is laid on white.
        long joined = template.header().alpha() ? 2 * PictureMemory.BGR_BYTES * pixels() : 0;
        return resized + joined + encoderBytes() + RESULT_COPIES * encodedBytes();
    }

    /** The encoded result. */
    public long encodedBytes() {
        long raw = pixels() * template.bytesPerPixel();
        PictureFormat stored = template.header().format();
        boolean lossy = format() == PictureFormat.JPEG || format() == PictureFormat.WEBP;
        boolean lossless = stored == PictureFormat.PNG || stored == PictureFormat.TIFF;
        if (format() == PictureFormat.BMP || !(lossy || lossless)) {
            return raw;
        }
        return Math.min(raw, (long) (MAX_GROWTH * template.encodedBytes() * Math.max(1, scale() * scale())));
    }

    private long encoderBytes() {
        return switch (format()) {
            case JPEG ->
                pixels() <= PictureWriter.MOST_OPTIMISED_PIXELS ? JPEG_COEFFICIENT_BYTES_PER_PIXEL * pixels() : 0;
            case WEBP -> (output.quality() == 100 ? WEBP_LOSSLESS_BYTES_PER_PIXEL : WEBP_BYTES_PER_PIXEL) * pixels();
            case PNG, BMP, TIFF -> 0;
        };
    }

    private long pixels() {
        return (long) Math.ceil(template.pixels() * scale() * scale());
    }

    private double scale() {
        return output.longestEdge() == OutputSettings.ORIGINAL
                ? 1
                : (double) output.longestEdge() / Math.max(template.width(), template.height());
    }

    private PictureFormat format() {
        return output.format() == null ? template.header().format() : output.format();
    }
}
