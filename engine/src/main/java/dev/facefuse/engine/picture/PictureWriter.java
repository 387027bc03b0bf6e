package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.bitwise_not;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_420;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_FILTER;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_FILTER_UP;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a {@link Picture}.
 *
 * <p>Alpha is encoded if the format can hold it (PNG, WebP, TIFF). Otherwise the picture is laid on white, as a browser would show it, and
 * {@link #warning} says so. WebP at quality 100 is lossless. JPEG from quality 90 on keeps the colours' full resolution (4:4:4); below
 * that, the resolution is halved (4:2:0).
 */
public final class PictureWriter {
    /** The least quality at which a JPEG's colours are not subsampled. */
    private static final int FULL_COLOUR_QUALITY = 90;
    /** Optimised tables save some per cent of a JPEG, but libjpeg then keeps all coefficients: 6 bytes for each pixel. */
    static final long MOST_OPTIMISED_PIXELS = 8 << 20;
    /** Level 1 of 9. With one filter, not a choice among five, files are as small as with level 3, in half the time. */
    private static final int PNG_COMPRESSION = 1;
    /** OpenCV's sign for lossless is anything above 100. */
    private static final int WEBP_LOSSLESS = 101;
    /** Largest edge the format can declare. */
    private static final int WEBP_MAX_EDGE = 16_383;

    private static final int ALPHA_CHANNEL = 3;

    /**
     * Encodes a picture.
     *
     * @param picture read, not changed
     * @param quality of lossy formats, 1 to 100
     * @throws FuseException {@code picture-too-large} if the format can't hold such a size
     */
    public byte[] write(Picture picture, PictureFormat format, int quality) {
        if (format == PictureFormat.WEBP && picture.longEdge() > WEBP_MAX_EDGE) {
            throw new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    "A WebP holds at most " + WEBP_MAX_EDGE + " pixels an edge; ask for PNG or JPEG.");
        }
        @Nullable Mat alpha = picture.alpha();
        if (alpha == null) {
            return encode(picture.bgr(), format, quality);
        }
        try (Mat pixels = format.holdsAlpha() ? withAlpha(picture, alpha) : onWhite(picture, alpha)) {
            byte[] bytes = encode(pixels, format, quality);
            return format == PictureFormat.TIFF ? TiffPixels.declareAlpha(bytes) : bytes;
        }
    }

    /** The result's warning if the format cannot hold the picture's alpha. */
    public Optional<Warning> warning(Picture picture, PictureFormat format) {
        return picture.alpha() == null || format.holdsAlpha()
                ? Optional.empty()
                : Optional.of(new Warning(
                        Warning.Kind.TRANSPARENCY_LOST,
                        format.title() + " holds no transparency: the picture was laid on white. Ask for PNG or"
                                + " WebP to keep it."));
    }

    private static byte[] encode(Mat pixels, PictureFormat format, int quality) {
        try (BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(parameters(pixels, format, quality))) {
            if (!imencode("." + format.extension(), pixels, encoded, parameters)) {
                throw new IllegalStateException("OpenCV cannot write " + format.title());
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        }
    }

    private static int[] parameters(Mat pixels, PictureFormat format, int quality) {
        return switch (format) {
            case JPEG ->
                new int[] {
                    IMWRITE_JPEG_QUALITY,
                    quality,
                    IMWRITE_JPEG_SAMPLING_FACTOR,
                    quality >= FULL_COLOUR_QUALITY
                            ? IMWRITE_JPEG_SAMPLING_FACTOR_444
                            : IMWRITE_JPEG_SAMPLING_FACTOR_420,
                    IMWRITE_JPEG_OPTIMIZE,
                    pixels.total() <= MOST_OPTIMISED_PIXELS ? 1 : 0
                };
            case PNG -> new int[] {IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION, IMWRITE_PNG_FILTER, IMWRITE_PNG_FILTER_UP};
            case WEBP -> new int[] {IMWRITE_WEBP_QUALITY, quality == 100 ? WEBP_LOSSLESS : quality};
            case BMP, TIFF -> new int[0];
        };
    }

    private static Mat withAlpha(Picture picture, Mat alpha) {
        return NativeImage.filled(bgra -> {
            cvtColor(picture.bgr(), bgra, COLOR_BGR2BGRA);
            insertChannel(alpha, bgra, ALPHA_CHANNEL);
        });
    }

    /** {@code colour · alpha + white · (1 − alpha)}. */
    private static Mat onWhite(Picture picture, Mat alpha) {
        return NativeImage.filled(result -> {
            try (Mat weights = new Mat()) {
                cvtColor(alpha, weights, COLOR_GRAY2BGR);
                multiply(picture.bgr(), weights, result, 1.0 / 255, CV_8U);
                bitwise_not(weights, weights);
                add(result, weights, result);
            }
        });
    }
}
