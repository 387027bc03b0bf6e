package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.divide;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;

import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** What libtiff does to some kinds of pictures and not to others, kept from happening or done for all. */
final class TiffPixels {
    private static final int ALPHA_CHANNEL = 3;

    private TiffPixels() {}

    /**
     * Says in a copy of the file that the picture is upright and its colours are multiplied by alpha: then libtiff turns
     * nothing and multiplies nothing.
     *
     * @return whether the colours are multiplied by alpha in truth, and {@link #divideByAlpha} has to follow
     */
    static boolean neutralise(byte[] bytes, BytePointer copy) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.TIFF.title(), bytes, ByteOrder.BIG_ENDIAN);
        TiffDirectory page = TiffDirectory.read(file);
        page.overwriteShort(TiffDirectory.ORIENTATION, 1, copy::put);
        page.overwriteShort(TiffDirectory.EXTRA_SAMPLES, TiffHeader.EXTRA_SAMPLE_ASSOCIATED, copy::put);
        return page.number(TiffDirectory.EXTRA_SAMPLES, 0) == TiffHeader.EXTRA_SAMPLE_ASSOCIATED;
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
