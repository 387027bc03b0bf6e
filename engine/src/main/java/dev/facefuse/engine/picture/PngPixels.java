package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CMP_NE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Adds transparency of a PNG that OpenCV leaves out. */
final class PngPixels {
    private static final int ALPHA_CHANNEL = 3;

    private PngPixels() {}

    /**
     * Gives grey pixels the transparency of a single shade (tRNS), which OpenCV leaves out.
     *
     * @param bytes a file that {@link PngHeader} has found whole
     * @param pixels as OpenCV decodes it: grey, of 8 bits or of 16; becomes BGRA if there is such a shade
     */
    static void addTransparentShade(byte[] bytes, Mat pixels) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.PNG.title(), bytes, ByteOrder.BIG_ENDIAN);
        if (pixels.channels() != 1 || file.u8(PngHeader.COLOUR_TYPE_AT) != PngHeader.COLOUR_GREY) {
            return;
        }
        int bitDepth = file.u8(PngHeader.BIT_DEPTH_AT);
        int most = (1 << bitDepth) - 1;
        double opaque = bitDepth == Short.SIZE ? 0xFFFF : 0xFF;
        int shade = transparentShade(file) & most;
        try (Mat transparent = new Mat();
                Mat alpha = new Mat();
                Mat bgra = new Mat();
                Scalar value = Scalar.all(shade * opaque / most);
                Mat stored = new Mat(1, 1, CV_64F, value)) {
            compare(pixels, stored, transparent, CMP_NE);
            transparent.convertTo(alpha, pixels.depth(), opaque / 0xFF, 0);
            transparent.release();
            cvtColor(pixels, bgra, COLOR_GRAY2BGRA);
            insertChannel(alpha, bgra, ALPHA_CHANNEL);
            pixels.put(bgra);
        }
    }

    private static int transparentShade(EncodedBytes file) {
        PngChunks chunks = new PngChunks(file);
        while (chunks.next()) {
            if (chunks.is("tRNS")) {
                return file.u16(chunks.dataAt());
            }
        }
        throw new IllegalStateException("The header saw a chunk tRNS");
    }
}
