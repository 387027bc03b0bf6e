package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.divide;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Makes libtiff treat all kinds of pictures alike: prevents what it does to only some of them, or does it for all. */
final class TiffPixels {
    private static final int ALPHA_CHANNEL = 3;
    /** The position in a file of the offset of its first directory. */
    private static final int DIRECTORY_AT = 4;

    private TiffPixels() {}

    /**
     * A copy of the file for libtiff. Its only directory follows the old bytes and has just what pixels need, each tag
     * once, in order, in its usual type, as {@link TiffLayout} read it; so libtiff cannot understand another size than
     * this project does. It says that the picture is upright and that its colours are multiplied by alpha: then libtiff
     * turns nothing and multiplies nothing.
     *
     * @param bytes a file that {@link TiffHeader} accepts
     * @return the caller's to close
     */
    static BytePointer essential(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.TIFF.title(), bytes, ByteOrder.BIG_ENDIAN);
        TiffDirectory page = TiffDirectory.read(file);
        byte[] directory = new TiffPageWriter(page.order(), bytes.length + (bytes.length & 1))
                .write(TiffLayout.of(page, PictureLimits.UNLIMITED));
        BytePointer copy = new BytePointer(bytes.length + (bytes.length & 1L) + directory.length);
        copy.put(bytes, 0, bytes.length);
        copy.position(bytes.length + (bytes.length & 1L)).put(directory, 0, directory.length);
        byte[] start = ByteBuffer.allocate(Integer.BYTES)
                .order(page.order())
                .putInt(bytes.length + (bytes.length & 1))
                .array();
        copy.position(DIRECTORY_AT).put(start, 0, start.length);
        return copy.position(0);
    }

    /** Whether colours are multiplied by alpha, and {@link #divideByAlpha} has to follow. */
    static boolean isMultiplied(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.TIFF.title(), bytes, ByteOrder.BIG_ENDIAN);
        return TiffDirectory.read(file).number(TiffDirectory.EXTRA_SAMPLES, 0) == TiffHeader.EXTRA_SAMPLE_ASSOCIATED;
    }

    /** Whether a file that {@link TiffHeader} has read holds transparency that OpenCV leaves out: beside grey or a palette. */
    static boolean losesAlpha(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.TIFF.title(), bytes, ByteOrder.BIG_ENDIAN);
        TiffDirectory page = TiffDirectory.read(file);
        boolean alpha = false;
        for (long i = 0; i < page.count(TiffDirectory.EXTRA_SAMPLES); i++) {
            long extra = page.number(TiffDirectory.EXTRA_SAMPLES, i, 0);
            alpha |= extra == TiffHeader.EXTRA_SAMPLE_ASSOCIATED || extra == TiffHeader.EXTRA_SAMPLE_UNASSOCIATED;
        }
        return alpha && !TiffHeader.hasAlpha(TiffLayout.of(page, PictureLimits.UNLIMITED));
    }

    /**
     * The same TIFF, whose fourth channel is declared to be alpha that colours are not multiplied by. OpenCV writes the channel
     * and leaves the declaration (ExtraSamples) out. The directory moves to the end, with an entry more, in tag order.
     *
     * @param tiff little-endian, as libtiff writes here
     */
    static byte[] declareAlpha(byte[] tiff) {
        ByteBuffer written = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int directory = written.getInt(4);
        int count = written.getShort(directory);
        int next = directory + 2 + count * TiffDirectory.ENTRY_BYTES;
        ByteBuffer result = ByteBuffer.allocate(tiff.length + 2 + (count + 1) * TiffDirectory.ENTRY_BYTES + 4)
                .order(ByteOrder.LITTLE_ENDIAN);
        result.put(tiff).putShort((short) (count + 1));
        boolean declared = false;
        for (int entry = directory + 2; entry < next; entry += TiffDirectory.ENTRY_BYTES) {
            if (!declared && written.getShort(entry) > TiffDirectory.EXTRA_SAMPLES) {
                putAlphaEntry(result);
                declared = true;
            }
            result.put(tiff, entry, TiffDirectory.ENTRY_BYTES);
        }
        if (!declared) {
            putAlphaEntry(result);
        }
        return result.putInt(0).putInt(4, tiff.length).array();
    }

    private static void putAlphaEntry(ByteBuffer directory) {
        directory.putShort((short) TiffDirectory.EXTRA_SAMPLES).putShort((short) TiffDirectory.TYPE_SHORT);
        directory.putInt(1).putInt(TiffHeader.EXTRA_SAMPLE_UNASSOCIATED);
    }

    /** Undoes the multiplication of colours by alpha, in place; black where alpha is 0. For 8 and 16 bits. */
    static void divideByAlpha(Mat bgra) {
        double opaque = bgra.elemSize1() == 1 ? 0xFF : 0xFFFF;
        try (Mat alpha = new Mat();
                Mat colour = new Mat()) {
            extractChannel(bgra, alpha, ALPHA_CHANNEL);
            for (int channel = 0; channel < ALPHA_CHANNEL; channel++) {
                extractChannel(bgra, colour, channel);
                divide(colour, alpha, colour, opaque, -1);
                insertChannel(colour, bgra, channel);
            }
        }
    }
}
