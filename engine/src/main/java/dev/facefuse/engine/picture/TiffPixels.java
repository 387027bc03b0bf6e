package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.divide;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;

import org.bytedeco.opencv.opencv_core.Mat;

/** Handles the alpha of TIFFs, which libtiff and OpenCV do for some kinds of pictures only. */
final class TiffPixels {
    private static final int ALPHA_CHANNEL = 3;

    private TiffPixels() {}

    /** Whether colours are multiplied by alpha, and {@link #divideByAlpha} has to follow. */
    static boolean isMultiplied(byte[] bytes) {
        return TiffDirectory.read(bytes).number(TiffDirectory.EXTRA_SAMPLES, 0) == TiffHeader.EXTRA_SAMPLE_ASSOCIATED;
    }

    /** Whether a file that {@link TiffHeader} has read holds transparency that OpenCV leaves out: beside grey or a palette. */
    static boolean losesAlpha(byte[] bytes) {
        TiffDirectory page = TiffDirectory.read(bytes);
        boolean alpha = false;
        for (long i = 0; i < page.count(TiffDirectory.EXTRA_SAMPLES); i++) {
            long extra = page.number(TiffDirectory.EXTRA_SAMPLES, i, 0);
            alpha |= extra == TiffHeader.EXTRA_SAMPLE_ASSOCIATED || extra == TiffHeader.EXTRA_SAMPLE_UNASSOCIATED;
        }
        return alpha && !TiffHeader.hasAlpha(TiffLayout.of(page, PictureLimits.UNLIMITED));
    }

    /**
     * Declares the fourth channel of a TIFF as alpha that colours are not multiplied by. OpenCV writes the channel, but not the
     * declaration (ExtraSamples). The directory moves to the end.
     */
    static byte[] declareAlpha(byte[] tiff) {
        TiffDirectoryWriter directory = TiffDirectoryWriter.of(TiffDirectory.read(tiff));
        directory.putShorts(TiffDirectory.EXTRA_SAMPLES, TiffHeader.EXTRA_SAMPLE_UNASSOCIATED);
        return directory.appendTo(tiff);
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
