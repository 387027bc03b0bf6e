package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CMP_NE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** What of a PNG its pixels need. */
final class PngPixels {
    private static final int ALPHA_CHANNEL = 3;
    /** An IDAT without data, with its checksum. */
    private static final byte[] EMPTY_DATA = {0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, (byte) 0xAF, 0x06, 0x1E};

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
        long at = PngHeader.SIGNATURE_BYTES;
        while (!file.has(at + 4, "tRNS")) {
            at += file.u32(at) + PngHeader.CHUNK_FRAME_BYTES;
        }
        return file.u16(at + 8);
    }

    /**
     * A copy of a file without what is beside the pixels: colour profiles, texts, times. libpng would parse them, and
     * complain about the common faulty ones on the terminal. OpenCV copies the first IDAT while it looks for the header, and the C heap
     * keeps that memory: the copy's first IDAT is empty.
     *
     * @param bytes a file that {@link PngHeader} has found whole
     * @return the caller's to close; its limit is the copy's length
     */
    static BytePointer essential(byte[] bytes) {
        EncodedBytes file = EncodedBytes.of(PictureFormat.PNG.title(), bytes, ByteOrder.BIG_ENDIAN);
        return NativeImage.kept(
                new BytePointer(bytes.length + EMPTY_DATA.length), copy -> copyEssential(bytes, file, copy));
    }

    private static void copyEssential(byte[] bytes, EncodedBytes file, BytePointer copy) {
        copy.put(bytes, 0, PngHeader.SIGNATURE_BYTES);
        long used = PngHeader.SIGNATURE_BYTES;
        boolean hasData = false;
        boolean atEnd = false;
        for (long at = used; !atEnd; ) {
            long chunkBytes = file.u32(at) + PngHeader.CHUNK_FRAME_BYTES;
            if (!hasData && file.has(at + 4, "IDAT")) {
                hasData = true;
                copy.position(used).put(EMPTY_DATA, 0, EMPTY_DATA.length);
                used += EMPTY_DATA.length;
            }
            if (PngHeader.isEssential(file, at)) {
                copy.position(used).put(bytes, (int) at, (int) chunkBytes);
                used += chunkBytes;
            }
            atEnd = file.has(at + 4, "IEND");
            at += chunkBytes;
        }
        copy.position(0).limit(used);
    }
}
