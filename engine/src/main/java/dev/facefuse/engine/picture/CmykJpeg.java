package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.problem.Warning;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Decodes JPEGs of four inks (CMYK, YCCK), which are made for print. The JDK's reader gives the inks, in strips. OpenCV would convert
 * them to colours without their profile, and takes all of them for inverted.
 */
final class CmykJpeg {
    static final int INKS = 4;
    private static final int BGR = 3;

    /** Pixels of the largest strip. Each further strip costs a pass over all of the picture before it. */
    private static final int STRIP_PIXELS = 8 << 20;
    /** Rows that are converted at once: a multiple of every {@link DecodeSize#denominator}. */
    private static final int ROWS = 32;

    /** The strip that is used, and the one before, until it is collected. */
    private static final long STRIPS = 2;
    /** A profile, and LittleCMS's tables of it. */
    private static final long PROFILE_BYTES = 3L * CmykConverter.MOST_PROFILE_BYTES;

    private static final Warning APPROXIMATE = new Warning(
            Warning.Kind.APPROXIMATE_COLOURS,
            "The JPEG is for print (CMYK) and has no usable colour profile, so its colours are approximate. Save it as an"
                    + " RGB JPEG for exact ones.");

    private final byte[] bytes;
    private final int width;
    private final int height;
    private final int denominator;
    private final CmykConverter converter;

    private CmykJpeg(byte[] bytes, PictureHeader header, int denominator, CmykConverter converter) {
        this.bytes = bytes;
        this.width = header.width();
        this.height = header.height();
        this.denominator = denominator;
        this.converter = converter;
    }

    /** The memory that decoding takes beside the file, its coefficients and the decoded picture, in bytes. */
    static long decoderBytes(long width, long height) {
        long strip = Math.min(width * height, Math.max(STRIP_PIXELS, width * ROWS)) * INKS;
        long chunk = width * ROWS * (INKS + 2 * BGR);
        return STRIPS * strip + chunk + PROFILE_BYTES;
    }

    /**
     * Decodes a file that {@link JpegHeader} has read.
     *
     * @param converter of the file, which has {@value #INKS} channels
     * @param warnings are added to
     * @return BGR, the caller's to close
     */
    static Mat decode(
            byte[] bytes, PictureHeader header, int denominator, CmykConverter converter, List<Warning> warnings) {
        CmykJpeg decoder = new CmykJpeg(bytes, header, denominator, converter);
        if (!converter.hasProfile()) {
            warnings.add(APPROXIMATE);
        }
        return NativeImage.filled(decoder::decode);
    }

    private void decode(Mat bgr) {
        bgr.create(DecodeSize.scaled(height, denominator), DecodeSize.scaled(width, denominator), CV_8UC3);
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (Bytes input = new Bytes(bytes)) {
            reader.setInput(input, false, true);
            int stripRows = Math.max(ROWS, STRIP_PIXELS / width / ROWS * ROWS);
            for (int top = 0; top < height; top += stripRows) {
                ImageReadParam part = reader.getDefaultReadParam();
                part.setSourceRegion(new Rectangle(0, top, width, Math.min(stripRows, height - top)));
                Raster strip = reader.readRaster(0, part);
                if (strip.getNumBands() != INKS) {
                    throw PictureErrors.damaged(PictureFormat.JPEG, "its channels make no sense");
                }
                convert(strip, top, bgr);
            }
        } catch (IOException | IllegalStateException damaged) {
            throw PictureErrors.damaged(PictureFormat.JPEG, "its pixels cannot be decoded");
        } finally {
            reader.dispose();
        }
    }

    private void convert(Raster strip, int top, Mat bgr) {
        for (int from = 0; from < strip.getHeight(); from += ROWS) {
            int rows = Math.min(ROWS, strip.getHeight() - from);
            byte[] values = (byte[]) strip.getDataElements(0, from, width, rows, null);
            byte[] colours = converter.toBgr(values, width, rows);
            int target = (top + from) / denominator;
            try (Mat place = bgr.rowRange(target, target + DecodeSize.scaled(rows, denominator))) {
                put(colours, rows, place);
            }
        }
    }

    private void put(byte[] colours, int rows, Mat place) {
        if (denominator == 1) {
            place.data().put(colours);
            return;
        }
        try (Mat pixels = new Mat(rows, width, CV_8UC3);
                Size size = new Size(place.cols(), place.rows())) {
            pixels.data().put(colours);
            resize(pixels, place, size, 0, 0, INTER_AREA);
        }
    }

    /** A file in memory, for ImageIO. */
    private static final class Bytes extends ImageInputStreamImpl {
        private final byte[] bytes;

        private Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            bitOffset = 0;
            return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            bitOffset = 0;
            int count = (int) Math.min(length, bytes.length - streamPos);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(bytes, (int) streamPos, to, offset, count);
            streamPos += count;
            return count;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }
}
