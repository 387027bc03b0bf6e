package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGRA2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes bytes to a {@link Picture}: first the header, then the pixels, then the orientation.
 *
 * <p>Grey, palette and 16-bit pictures become 8-bit BGR (16 bits are divided by 257 and rounded); colours under alpha stay
 * as they are. Colour profiles are not applied: numbers are taken for sRGB. Memory holds the decoded picture and at most one
 * more copy of it; for a colour JPEG that is not rotated exactly the decoded picture. {@link PictureMemory} has the figures.
 */
public final class PictureReader {
    private static final double DEPTH_16_TO_8 = 1.0 / 257;

    private static final Warning TIFF_ALPHA_LOST = new Warning(
            Warning.Kind.TRANSPARENCY_LOST,
            "The TIFF's transparency cannot be read; the picture was taken as opaque. Save it as a PNG to keep it.");

    private final PictureLimits limits;

    public PictureReader(PictureLimits limits) {
        OpenCv.load();
        this.limits = limits;
    }

    /**
     * Decodes a picture.
     *
     * @param bytes a whole file; read, not kept
     * @return the caller's to close
     * @throws FuseException {@code bad-picture}, {@code unsupported-format} or {@code picture-too-large}
     */
    public Picture read(byte[] bytes, DecodeSize size) {
        return read(bytes, PictureHeader.read(bytes, limits), size);
    }

    /**
     * Decodes a picture whose header is known.
     *
     * @param header {@code bytes}' own, read within this reader's limits
     */
    public Picture read(byte[] bytes, PictureHeader header, DecodeSize size) {
        int denominator = size.denominator(header.width(), header.height());
        int decoderDenominator = header.format() == PictureFormat.JPEG ? denominator : 1;
        List<Warning> warnings = new ArrayList<>();
        try (Mat decoded = decode(bytes, header, decoderDenominator, warnings)) {
            boolean whole = decoded.cols() == DecodeSize.scaled(header.width(), decoderDenominator)
                    && decoded.rows() == DecodeSize.scaled(header.height(), decoderDenominator);
            if (!whole) {
                throw PictureErrors.damaged(header.format(), "its pixels cannot be decoded");
            }
            reduce(decoded, header, denominator);
            return upright(decoded, Orientation.of(header.orientation()), warnings);
        } catch (FuseException named) {
            throw named;
        } catch (RuntimeException thrownByOpenCv) {
            throw OpenCv.failure(header.format(), thrownByOpenCv);
        }
    }

    private static Mat decode(byte[] bytes, PictureHeader header, int denominator, List<Warning> warnings) {
        return switch (header.format()) {
            case JPEG -> decodeJpeg(bytes, header, denominator, warnings);
            case BMP -> BmpPixels.hasMasks(bytes) ? BmpPixels.decode(bytes) : decode(bytes, header, denominator);
            case TIFF -> {
                if (TiffPixels.losesAlpha(bytes)) {
                    warnings.add(TIFF_ALPHA_LOST);
                }
                yield decode(bytes, header, denominator);
            }
            case PNG, WEBP -> decode(bytes, header, denominator);
        };
    }

    private static Mat decodeJpeg(byte[] bytes, PictureHeader header, int denominator, List<Warning> warnings) {
        JpegScans.Extent extent = JpegScans.of(bytes);
        extent.requireComplete();
        extent.warning().ifPresent(warnings::add);
        byte[] closed = extent.closed(bytes);
        CmykConverter converter = CmykConverter.read(closed);
        return converter.channels() == CmykJpeg.INKS
                ? CmykJpeg.decode(closed, header, denominator, converter, warnings)
                : decode(closed, header, denominator);
    }

    private static Mat decode(byte[] bytes, PictureHeader header, int denominator) {
        PictureFormat format = header.format();
        try (BytePointer data = DecoderInput.of(format, bytes);
                Mat encoded = new Mat(1, (int) data.limit(), CV_8U, data)) {
            boolean multiplied = format == PictureFormat.TIFF && TiffPixels.isMultiplied(bytes);
            boolean asStored = header.alpha() || header.bitDepth() > 8;
            int flags = asStored ? IMREAD_UNCHANGED : colourFlags(denominator);
            return NativeImage.kept(imdecode(encoded, flags), pixels -> {
                if (multiplied && pixels.channels() == 4) {
                    TiffPixels.divideByAlpha(pixels);
                } else if (format == PictureFormat.PNG && header.alpha()) {
                    PngPixels.addTransparentShade(bytes, pixels);
                }
            });
        }
    }

    /** Averages the pixels if the decoder could not, and frees the decoder's. */
    private static void reduce(Mat decoded, PictureHeader header, int denominator) {
        int width = DecodeSize.scaled(header.width(), denominator);
        int height = DecodeSize.scaled(header.height(), denominator);
        if (decoded.cols() != width || decoded.rows() != height) {
            try (Mat reduced = Picture.scaled(decoded, width, height, INTER_AREA)) {
                decoded.put(reduced);
            }
        }
    }

    private static int colourFlags(int denominator) {
        int colour =
                switch (denominator) {
                    case 2 -> IMREAD_REDUCED_COLOR_2;
                    case 4 -> IMREAD_REDUCED_COLOR_4;
                    case 8 -> IMREAD_REDUCED_COLOR_8;
                    default -> IMREAD_COLOR;
                };
        return colour | IMREAD_IGNORE_ORIENTATION;
    }

    /** The upright 8-bit picture; releases {@code decoded}. */
    private static Picture upright(Mat decoded, Orientation orientation, List<Warning> warnings) {
        @Nullable Mat colours = null;
        @Nullable Mat alpha = null;
        try {
            try (Mat eightBit = decoded.depth() == CV_16U ? eightBit(decoded) : new Mat(decoded)) {
                decoded.release();
                alpha = alphaOf(eightBit);
                colours = coloursOf(eightBit);
            }
            colours = orientation.turn(colours);
            alpha = alpha == null ? null : orientation.turn(alpha);
            return Picture.of(colours, alpha, warnings);
        } catch (RuntimeException thrown) {
            close(colours);
            close(alpha);
            throw thrown;
        }
    }

    private static void close(@Nullable Mat pixels) {
        if (pixels != null) {
            pixels.close();
        }
    }

    private static Mat eightBit(Mat sixteenBit) {
        return NativeImage.filled(result -> sixteenBit.convertTo(result, CV_8U, DEPTH_16_TO_8, 0));
    }

    private static @Nullable Mat alphaOf(Mat pixels) {
        int channels = pixels.channels();
        return channels == 2 || channels == 4
                ? NativeImage.filled(alpha -> extractChannel(pixels, alpha, channels - 1))
                : null;
    }

    private static Mat coloursOf(Mat pixels) {
        return switch (pixels.channels()) {
            case 1 -> converted(pixels, COLOR_GRAY2BGR);
            case 2 -> greyOf(pixels);
            case 3 -> new Mat(pixels);
            default -> converted(pixels, COLOR_BGRA2BGR);
        };
    }

    private static Mat greyOf(Mat greyAlpha) {
        try (Mat grey = NativeImage.filled(result -> extractChannel(greyAlpha, result, 0))) {
            return converted(grey, COLOR_GRAY2BGR);
        }
    }

    private static Mat converted(Mat pixels, int code) {
        return NativeImage.filled(bgr -> cvtColor(pixels, bgr, code));
    }
}
