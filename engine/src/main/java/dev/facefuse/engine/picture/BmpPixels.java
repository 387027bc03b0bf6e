package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import java.nio.ByteOrder;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pixels of 16 and 32 bits of a BMP by its masks; OpenCV knows two sets of masks only, and reads others in wrong colours. */
final class BmpPixels {
    private static final int OPAQUE = 0xFF;

    private final EncodedBytes file;
    private final BmpHeader.Layout layout;
    private final BmpMasks masks;

    private BmpPixels(EncodedBytes file, BmpHeader.Layout layout) {
        this.file = file;
        this.layout = layout;
        this.masks = layout.masks(file);
    }

    /** Whether a file's pixels have masks. */
    static boolean hasMasks(byte[] bytes) {
        return BmpHeader.layout(file(bytes)).hasMasks();
    }

    /**
     * Decodes a file that {@link BmpHeader} has found whole.
     *
     * @return the caller's to close: BGRA where alpha is stored and says something, otherwise BGR
     */
    static Mat decode(byte[] bytes) {
        EncodedBytes file = file(bytes);
        BmpPixels decoder = new BmpPixels(file, BmpHeader.layout(file));
        return NativeImage.filled(decoder::decode);
    }

    private static EncodedBytes file(byte[] bytes) {
        return EncodedBytes.of(PictureFormat.BMP.title(), bytes, ByteOrder.LITTLE_ENDIAN);
    }

    private void decode(Mat pixels) {
        int width = (int) layout.width();
        int height = (int) layout.height();
        int channels = alphaCounts() ? 4 : 3;
        byte[] row = new byte[width * channels];
        pixels.create(height, width, channels == 4 ? CV_8UC4 : CV_8UC3);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pixel = layout.pixel(file, x, y);
                row[x * channels] = (byte) BmpMasks.value(pixel, masks.blue());
                row[x * channels + 1] = (byte) BmpMasks.value(pixel, masks.green());
                row[x * channels + 2] = (byte) BmpMasks.value(pixel, masks.red());
                if (channels == 4) {
                    row[x * channels + 3] = (byte) BmpMasks.value(pixel, masks.alpha());
                }
            }
            pixels.ptr(y).put(row);
        }
    }

    /** Many writers leave alpha zero everywhere and mean opaque; an alpha of the largest value everywhere means the same. */
    private boolean alphaCounts() {
        if (masks.alpha() == 0) {
            return false;
        }
        boolean allTransparent = true;
        boolean allOpaque = true;
        for (int y = 0; y < layout.height() && (allTransparent || allOpaque); y++) {
            for (int x = 0; x < layout.width(); x++) {
                int alpha = BmpMasks.value(layout.pixel(file, x, y), masks.alpha());
                allTransparent &= alpha == 0;
                allOpaque &= alpha == OPAQUE;
            }
        }
        return !allTransparent && !allOpaque;
    }
}
