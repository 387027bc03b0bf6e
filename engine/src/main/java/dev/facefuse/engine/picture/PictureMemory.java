package dev.facefuse.engine.picture;

/**
 * The host memory that one input picture takes, known from its header before a pixel is decoded. All figures are bytes and upper
 * bounds, with s for the size of a stored pixel: 3 bytes, 4 with alpha, twice as much at 16 bits a channel.
 *
 * <pre>
 * decoding = encoded + the largest of   d + s·stored pixels        the decoder; d is {@link PictureHeader#decoderBytes}
 *                                       s·stored + s·reduced       averaging down, where the decoder cannot do it
 *                                       (s + 4)·reduced            16 bits to 8, separating alpha
 *                                       7·reduced                  rotating by 90°
 * decoded  = 3 bytes a reduced pixel, 4 with alpha
 * </pre>
 *
 * @param encodedBytes size of the file
 * @param size the size at which the picture will be decoded
 */
public record PictureMemory(PictureHeader header, long encodedBytes, DecodeSize size) {
    static final long BGR_BYTES = 3;
    static final long BGRA_BYTES = 4;

    /** Width of the decoded picture before rotation, pixels. */
    int width() {
        return DecodeSize.scaled(header.width(), denominator());
    }

    /** Height of the decoded picture before rotation, pixels. */
    int height() {
        return DecodeSize.scaled(header.height(), denominator());
    }

    private int denominator() {
        return size.denominator(header.width(), header.height());
    }

    /** Pixels of the decoded picture. */
    public long pixels() {
        return (long) width() * height();
    }

    long bytesPerPixel() {
        return header.alpha() ? BGRA_BYTES : BGR_BYTES;
    }

    /** The decoded picture. */
    public long decodedBytes() {
        return pixels() * bytesPerPixel();
    }

    /** The resized copy in which faces are detected. */
    public long workingBytes() {
        return AdaptiveResize.bytes(width(), height());
    }

    /** Decoding to an upright 8-bit picture; includes the encoded file and the decoded picture. */
    public long decodingBytes() {
        boolean reducesItself = header.format() == PictureFormat.JPEG;
        long stored = reducesItself ? pixels() : (long) header.width() * header.height();
        long storedBytes = bytesPerPixel() * (header.bitDepth() > 8 ? 2 : 1);
        // libtiff's alpha may have to be divided out, plane by plane.
        long planes = header.alpha() && header.format() == PictureFormat.TIFF ? storedBytes / 2 * stored : 0;
        long peak = Math.max(header.decoderBytes(), planes) + storedBytes * stored;
        if (stored > pixels()) {
            peak = Math.max(peak, storedBytes * (stored + pixels()));
        }
        if (storedBytes > BGR_BYTES) {
            peak = Math.max(peak, (storedBytes + BGRA_BYTES) * pixels());
        }
        if (Orientation.of(header.orientation()).transposes()) {
            peak = Math.max(peak, decodedBytes() + BGR_BYTES * pixels());
        }
        return encodedBytes + peak;
    }
}
