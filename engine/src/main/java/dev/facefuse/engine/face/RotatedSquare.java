package dev.facefuse.engine.face;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import dev.facefuse.engine.picture.NativeImage;
import java.nio.DoubleBuffer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * A square of a picture, turned: what is cut out for a network that wants faces upright.
 *
 * @param centre in picture pixels
 * @param side in picture pixels
 * @param roll radians, clockwise on the picture; the crop shows the picture turned back by it
 */
public record RotatedSquare(Point centre, double side, double roll) {
    /** From this ratio on a picture is shrunk by area before it is sampled, or fine detail would alias. */
    private static final double PREFILTER_RATIO = 1.5;

    /** The square scaled about its centre. */
    public RotatedSquare scaled(double factor) {
        return new RotatedSquare(centre, side * factor, roll);
    }

    /**
     * The square, moved and turned a little.
     *
     * @param shiftX to the crop's right, as a share of the side
     * @param shiftY downwards in the crop, as a share of the side
     * @param turn radians
     */
    public RotatedSquare nudged(double shiftX, double shiftY, double turn) {
        double cos = Math.cos(roll) * side;
        double sin = Math.sin(roll) * side;
        Point moved = new Point(centre.x() + shiftX * cos - shiftY * sin, centre.y() + shiftX * sin + shiftY * cos);
        return new RotatedSquare(moved, side, roll + turn);
    }

    /**
     * The position in the picture of a position in the crop.
     *
     * @param u across, as a share of the side, 0 the crop's left edge
     * @param v down, as a share of the side, 0 the crop's top edge
     */
    public Point toPicture(double u, double v) {
        double cos = Math.cos(roll) * side;
        double sin = Math.sin(roll) * side;
        return new Point(
                centre.x() + (u - 0.5) * cos - (v - 0.5) * sin, centre.y() + (u - 0.5) * sin + (v - 0.5) * cos);
    }

    /**
     * Cuts the square out, bilinear, prefiltered where it shrinks; what lies outside repeats the picture's border.
     *
     * @param picture any 8-bit picture
     * @param size edge of the crop in pixels
     * @return size × size; the caller's to close
     */
    public Mat cut(Mat picture, int size) {
        double ratio = side / size;
        if (ratio < PREFILTER_RATIO) {
            return sample(picture, 0, 0, 1, 1, size);
        }
        // Only the square's surroundings are shrunk, not the picture.
        double reach = side * (Math.abs(Math.cos(roll)) + Math.abs(Math.sin(roll))) / 2 + 2 * ratio;
        int left = (int) Math.max(0, Math.floor(centre.x() - reach));
        int top = (int) Math.max(0, Math.floor(centre.y() - reach));
        int right = (int) Math.min(picture.cols(), Math.ceil(centre.x() + reach) + 1);
        int bottom = (int) Math.min(picture.rows(), Math.ceil(centre.y() + reach) + 1);
        if (right - left < 2 || bottom - top < 2) {
            return sample(picture, 0, 0, 1, 1, size);
        }
        int width = (int) Math.max(1, Math.round((right - left) / ratio));
        int height = (int) Math.max(1, Math.round((bottom - top) / ratio));
        try (Rect rect = new Rect(left, top, right - left, bottom - top);
                Mat part = new Mat(picture, rect);
                Mat small = new Mat();
                Size smallSize = new Size(width, height)) {
            resize(part, small, smallSize, 0, 0, INTER_AREA);
            return sample(small, left, top, (double) (right - left) / width, (double) (bottom - top) / height, size);
        }
    }

    /** Samples from a picture whose pixel (i, j) is the picture's ((i + ½)·scaleX − ½ + left, …). */
    private Mat sample(Mat picture, double left, double top, double scaleX, double scaleY, int size) {
        double cos = Math.cos(roll) * side / size;
        double sin = Math.sin(roll) * side / size;
        Point first = toPicture(0.5 / size, 0.5 / size);
        try (Mat matrix = new Mat(2, 3, CV_64F);
                Size cropSize = new Size(size, size);
                Scalar none = new Scalar()) {
            DoubleBuffer values = matrix.createBuffer();
            values.put(new double[] {
                cos / scaleX, -sin / scaleX, (first.x() - left + 0.5) / scaleX - 0.5,
                sin / scaleY, cos / scaleY, (first.y() - top + 0.5) / scaleY - 0.5
            });
            return NativeImage.filled(crop -> warpAffine(
                    picture, crop, matrix, cropSize, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, none));
        }
    }
}
