package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/** Pixels in another size. Inputs stay the caller's, and so become the results. */
final class Scaling {
    private Scaling() {}

    static Picture scaled(Picture picture, int width, int height, int interpolation) {
        @Nullable Mat alpha = picture.alpha();
        try (Unfinished made = new Unfinished()) {
            Mat colours = made.own(scaled(picture.bgr(), width, height, interpolation));
            return made.finished(
                    Picture.of(colours, alpha == null ? null : made.own(scaled(alpha, width, height, interpolation))));
        }
    }

    static Mat scaled(Mat pixels, int width, int height, int interpolation) {
        try (Size size = new Size(width, height)) {
            return NativeImage.filled(result -> resize(pixels, result, size, 0, 0, interpolation));
        }
    }
}
