package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LANCZOS4;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.problem.Warning;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * A decoded picture: 8-bit BGR, the orientation applied, and its transparency beside it. Owns its memory, which is outside
 * the Java heap and gone when the picture is closed.
 */
public final class Picture implements AutoCloseable {
    private final Mat bgr;
    private final @Nullable Mat alpha;
    private final List<Warning> warnings;
    private final int width;
    private final int height;

    private Picture(Mat bgr, @Nullable Mat alpha, List<Warning> warnings) {
        this.bgr = bgr;
        this.alpha = alpha;
        this.warnings = List.copyOf(warnings);
        this.width = bgr.cols();
        this.height = bgr.rows();
    }

    /**
     * A picture of these pixels; takes ownership of both.
     *
     * @param bgr {@code CV_8UC3}, continuous
     * @param alpha {@code CV_8UC1} of the same size, continuous, 0 transparent; null where everything is opaque
     */
    public static Picture of(Mat bgr, @Nullable Mat alpha) {
        return of(bgr, alpha, List.of());
    }

    /**
     * A picture of these pixels with warnings; takes ownership of both.
     *
     * @param warnings about losses on the way from the file to these pixels
     */
    static Picture of(Mat bgr, @Nullable Mat alpha, List<Warning> warnings) {
        if (bgr.empty() || bgr.type() != CV_8UC3 || !bgr.isContinuous()) {
            throw new IllegalArgumentException("A picture is continuous CV_8UC3, not " + bgr);
        }
        if (alpha != null && !isAlphaFor(bgr, alpha)) {
            throw new IllegalArgumentException("Alpha is continuous CV_8UC1 in the picture's size, not " + alpha);
        }
        return new Picture(bgr, alpha, warnings);
    }

    private static boolean isAlphaFor(Mat bgr, Mat alpha) {
        return alpha.type() == CV_8UC1
                && alpha.isContinuous()
                && alpha.rows() == bgr.rows()
                && alpha.cols() == bgr.cols();
    }

    /** Colours, {@code CV_8UC3}, continuous; owned by the picture. */
    public Mat bgr() {
        return bgr;
    }

    /** Transparency, {@code CV_8UC1}, continuous, or null where everything is opaque; owned by the picture. */
    public @Nullable Mat alpha() {
        return alpha;
    }

    /** Warnings about losses on the way from the file to these pixels. */
    public List<Warning> warnings() {
        return warnings;
    }

    /** Pixels, as shown. */
    public int width() {
        return width;
    }

    /** Pixels, as shown. */
    public int height() {
        return height;
    }

    /** Pixels along the shorter edge. */
    public int shortEdge() {
        return Math.min(width, height);
    }

    /** Pixels along the longer edge. */
    public int longEdge() {
        return Math.max(width, height);
    }

    /**
     * The picture with this longest edge: Lanczos-4 up, area averaging down, aspect kept.
     *
     * @param px pixels; {@link OutputSettings#ORIGINAL} keeps the size
     * @return this picture if it has that size, else a new one, the caller's to close. Closing both is right either way.
     */
    public Picture withLongestEdge(int px) {
        if (px == OutputSettings.ORIGINAL || px == longEdge()) {
            return this;
        }
        double scale = (double) px / longEdge();
        int newWidth = (int) Math.max(1, Math.round(width * scale));
        int newHeight = (int) Math.max(1, Math.round(height * scale));
        int interpolation = scale > 1 ? INTER_LANCZOS4 : INTER_AREA;
        try (NativeOwner owner = new NativeOwner()) {
            Mat colours = owner.own(scaled(bgr, newWidth, newHeight, interpolation));
            return owner.transferTo(
                    of(colours, alpha == null ? null : owner.own(scaled(alpha, newWidth, newHeight, interpolation))));
        }
    }

    /** Pixels in another size; the caller's to close, as the given ones stay. */
    static Mat scaled(Mat pixels, int width, int height, int interpolation) {
        try (Size size = new Size(width, height)) {
            return NativeImage.filled(result -> resize(pixels, result, size, 0, 0, interpolation));
        }
    }

    /**
     * A picture of the same colours without the alpha. Both share the memory, which is freed when both are closed; a change of one
     * picture's pixels changes the other's.
     */
    Picture sharedColours() {
        return new Picture(new Mat(bgr), null, List.of());
    }

    /** Frees the pixels now. A second call does nothing. */
    @Override
    public void close() {
        bgr.close();
        if (alpha != null) {
            alpha.close();
        }
    }
}
