package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_16S;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import dev.facefuse.engine.picture.NativeImage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * A face that was fused at reduced scale; parts of it are enlarged on demand. Owns its memory.
 *
 * @param canvas its position in the template
 * @param template shares the template's memory; gives the detail that is finer than the canvas
 * @param templatePixels the template on the canvas
 * @param pixels 8-bit BGR on the canvas
 * @param mask float32 on the canvas
 * @param skin float32 on the canvas
 */
record ReducedFace(Canvas canvas, Mat template, Mat templatePixels, Mat pixels, Mat mask, Mat skin)
        implements FacePixels {
    /** Share of the template's finest band that is added. */
    private static final double FINEST_BAND_SHARE = 0.5;

    /** {@code enlarged canvas + share·(template − enlarged template on the canvas)}. */
    @Override
    public Mat pixels(Rect place) {
        return NativeImage.kept(canvas.enlarge(pixels, place, INTER_CUBIC), enlarged -> addFineBand(enlarged, place));
    }

    private void addFineBand(Mat enlarged, Rect place) {
        try (Mat coarse = canvas.enlarge(templatePixels, place, INTER_CUBIC);
                Mat fine = new Mat(template, place);
                Mat band = new Mat();
                Mat everywhere = new Mat()) {
            addWeighted(fine, FINEST_BAND_SHARE, coarse, -FINEST_BAND_SHARE, 0, band, CV_16S);
            add(enlarged, band, enlarged, everywhere, CV_8U);
        }
    }

    @Override
    public Mat mask(Rect place) {
        return canvas.enlarge(mask, place, INTER_LINEAR);
    }

    @Override
    public Mat skin(Rect place) {
        return canvas.enlarge(skin, place, INTER_LINEAR);
    }

    @Override
    public void close() {
        template.close();
        templatePixels.close();
        pixels.close();
        mask.close();
        skin.close();
    }
}
