package dev.facefuse.engine.fusion;

import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.opencv_core.Mat;

/** The pixels of a picture. For one thread. */
final class PicturePixels implements PixelSource {
    private final int width;
    private final int height;
    private final UByteIndexer pixels;
    private final int[] bgr = new int[3];

    /**
     * The pixels of a picture, which must stay open.
     *
     * @param picture 8-bit BGR
     */
    PicturePixels(Mat picture) {
        this.width = picture.cols();
        this.height = picture.rows();
        this.pixels = picture.createIndexer();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public void read(int x, int y, float[] rgb) {
        pixels.get(y, x, bgr);
        rgb[0] = bgr[2];
        rgb[1] = bgr[1];
        rgb[2] = bgr[0];
    }
}
