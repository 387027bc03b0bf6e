package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;

/**
 * The header of a picture file, read before a pixel is decoded. If a header exists, the file is whole, of a supported kind and within the
 * limits.
 *
 * <p>Each format is read from its first byte to its end mark. That finds the few facts below, and a file that ends too early, which
 * decoders would silently fill up with grey. No memory is allocated by a size that the file declares. (The parsers are this project's own
 * for that reason: general metadata readers keep every block, at its declared length.) A file that the parsers do not understand exactly
 * as its decoder does is rejected.
 *
 * @param width as stored, before the orientation is applied, pixels
 * @param height as stored, before the orientation is applied, pixels
 * @param orientation EXIF's value, 1 to 8
 * @param alpha whether transparency is stored
 * @param bitDepth bits a channel
 * @param decoderBytes memory of the decoder beside its pixels: a JPEG's coefficients if it buffers them, a lossless
 *     WebP's own pixels and its codes, a lossy one's alpha, a TIFF's largest strip or tile
 */
public record PictureHeader(
        PictureFormat format, int width, int height, int orientation, boolean alpha, int bitDepth, long decoderBytes) {

    /**
     * Reads and checks the header. The content decides about the format, never a file name.
     *
     * @param bytes the whole file; read, not kept
     * @throws FuseException {@code bad-picture} if it is empty, truncated or no picture, {@code unsupported-format} if it is
     *     of a kind that is not read, {@code picture-too-large} if it exceeds the limits
     */
    public static PictureHeader read(byte[] bytes, PictureLimits limits) {
        if (bytes.length == 0) {
            throw PictureErrors.empty();
        }
        limits.checkBytes(bytes.length);
        PictureFormat format = FormatDetector.formatOf(bytes);
        EncodedBytes bigEndian = EncodedBytes.of(format.title(), bytes, ByteOrder.BIG_ENDIAN);
        return switch (format) {
            case JPEG -> JpegHeader.read(bytes, limits);
            case PNG -> PngHeader.read(bigEndian, limits);
            case WEBP -> WebpHeader.read(bigEndian.in(ByteOrder.LITTLE_ENDIAN), limits);
            case BMP -> BmpHeader.read(bigEndian.in(ByteOrder.LITTLE_ENDIAN), limits);
            case TIFF -> TiffHeader.read(bigEndian, limits);
        };
    }

    /** Width as shown, after the orientation is applied. */
    public int shownWidth() {
        return Orientation.of(orientation).transposes() ? height : width;
    }

    /** Height as shown, after the orientation is applied. */
    public int shownHeight() {
        return Orientation.of(orientation).transposes() ? width : height;
    }
}
