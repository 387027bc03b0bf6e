package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.picture.NativeImage;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.DoubleBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The part of a picture around a face in which the mesh fusion works. It may reach over the picture's edge, where the border is
 * repeated. A large face is fused at reduced scale, so that the memory of a fusion is bounded for every picture.
 *
 * @param left of the piece, picture pixels
 * @param top of the piece, picture pixels
 * @param spanX width of the piece, picture pixels
 * @param spanY height of the piece, picture pixels
 * @param width of the canvas, canvas pixels
 * @param height of the canvas, canvas pixels
 */
record Canvas(int left, int top, int spanX, int spanY, int width, int height) {
    /** Longest edge of a canvas. */
    static final int MAX_EDGE_PX = 1024;

    /**
     * The piece around a mesh.
     *
     * @param margin around the mesh's bounds, picture pixels
     * @param maxScale canvas pixels a picture pixel, at most 1
     */
    static Canvas around(Mesh mesh, double margin, double maxScale) {
        Box box = mesh.bounds();
        int left = (int) Math.floor(box.x() - margin);
        int top = (int) Math.floor(box.y() - margin);
        int spanX = (int) Math.ceil(box.x() + box.width() + margin) - left + 1;
        int spanY = (int) Math.ceil(box.y() + box.height() + margin) - top + 1;
        double scale = Math.min(Math.min(1, maxScale), (double) MAX_EDGE_PX / Math.max(spanX, spanY));
        int width = (int) Math.max(1, Math.round(spanX * scale));
        int height = (int) Math.max(1, Math.round(spanY * scale));
        return new Canvas(left, top, spanX, spanY, width, height);
    }

    /** Canvas pixels a picture pixel, across. */
    double scaleX() {
        return (double) width / spanX;
    }

    /** Canvas pixels a picture pixel, down. */
    double scaleY() {
        return (double) height / spanY;
    }

    /** Whether canvas pixels are picture pixels. */
    boolean isFullScale() {
        return width == spanX && height == spanY;
    }

    /** A mesh of the picture in canvas pixels. */
    Mesh toCanvas(Mesh mesh) {
        float[] xyz = mesh.toArray();
        double depthScale = Math.sqrt(scaleX() * scaleY());
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] = (float) ((xyz[3 * i] - left + 0.5) * scaleX() - 0.5);
            xyz[3 * i + 1] = (float) ((xyz[3 * i + 1] - top + 0.5) * scaleY() - 0.5);
            xyz[3 * i + 2] *= (float) depthScale;
        }
        return Mesh.of(xyz);
    }

    /**
     * The part of the piece that lies inside a picture, in picture pixels; the caller's to close.
     *
     * @throws FuseException {@code no-face} if none does
     */
    Rect inside(Mat picture) {
        int x0 = Math.max(0, left);
        int y0 = Math.max(0, top);
        int x1 = Math.min(picture.cols(), left + spanX);
        int y1 = Math.min(picture.rows(), top + spanY);
        if (x1 <= x0 || y1 <= y0) {
            throw new FuseException(
                    ErrorCode.NO_FACE, "The face lies outside the picture; use a picture that shows more of it.");
        }
        return new Rect(x0, y0, x1 - x0, y1 - y0);
    }

    /** The box of the picture's pixels in canvas pixels; the whole canvas if the piece lies inside the picture. */
    Box pictureBounds(Mat picture) {
        try (Rect inside = inside(picture)) {
            return new Box(
                    (inside.x() - left) * scaleX() - 0.5,
                    (inside.y() - top) * scaleY() - 0.5,
                    inside.width() * scaleX(),
                    inside.height() * scaleY());
        }
    }

    /** The piece at the canvas's scale, the border repeated outside the picture; the caller's to close. */
    Mat of(Mat picture) {
        try (Mat piece = cut(picture)) {
            if (isFullScale()) {
                return piece.clone();
            }
            try (Size size = new Size(width, height)) {
                return NativeImage.filled(canvas -> resize(piece, canvas, size, 0, 0, INTER_AREA));
            }
        }
    }

    /** The piece at full scale: the picture's own memory if it lies inside; the caller's to close. */
    Mat cut(Mat picture) {
        try (Rect inside = inside(picture);
                Mat part = new Mat(picture, inside);
                Scalar none = new Scalar()) {
            if (inside.width() == spanX && inside.height() == spanY) {
                return new Mat(part);
            }
            return NativeImage.filled(piece -> copyMakeBorder(
                    part,
                    piece,
                    inside.y() - top,
                    top + spanY - inside.y() - inside.height(),
                    inside.x() - left,
                    left + spanX - inside.x() - inside.width(),
                    BORDER_REPLICATE,
                    none));
        }
    }

    /**
     * A part of the picture, enlarged from a canvas to full scale; the caller's to close.
     *
     * @param place in the picture
     */
    Mat enlarge(Mat canvas, Rect place, int interpolation) {
        try (Mat toCanvas = new Mat(2, 3, CV_64F);
                Size size = new Size(place.width(), place.height());
                Scalar none = new Scalar()) {
            DoubleBuffer affine = toCanvas.createBuffer();
            affine.put(new double[] {
                scaleX(),
                0,
                (place.x() - left + 0.5) * scaleX() - 0.5,
                0,
                scaleY(),
                (place.y() - top + 0.5) * scaleY() - 0.5
            });
            return NativeImage.filled(enlarged -> warpAffine(
                    canvas, enlarged, toCanvas, size, interpolation | WARP_INVERSE_MAP, BORDER_REPLICATE, none));
        }
    }
}
