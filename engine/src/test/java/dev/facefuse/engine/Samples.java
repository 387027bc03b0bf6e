package dev.facefuse.engine;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** The two embedded pictures, and others made from them. Every {@link Mat} given out is the caller's to close. */
public final class Samples {
    /** 743×1155 JPEG. */
    public static final byte[] MONA_LISA = bytes("mona-lisa.jpg");

    /** 512×512 PNG. */
    public static final byte[] ASTRONAUT = bytes("astronaut.png");

    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);
    private static final PictureWriter WRITER = new PictureWriter();

    private Samples() {}

    private static byte[] bytes(String name) {
        try (InputStream in = Samples.class.getResourceAsStream("/dev/facefuse/models/samples/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Mat monaLisa() {
        return decoded(MONA_LISA);
    }

    public static Mat astronaut() {
        return decoded(ASTRONAUT);
    }

    /** The colours of an encoded picture. */
    public static Mat decoded(byte[] bytes) {
        try (Picture picture = READER.read(bytes, DecodeSize.full())) {
            return picture.bgr().clone();
        }
    }

    /** The pixels of an encoded picture, BGR, row by row. */
    public static byte[] pixels(byte[] bytes) {
        try (Mat mat = decoded(bytes)) {
            return pixels(mat);
        }
    }

    /** The bytes of a continuous picture. */
    public static byte[] pixels(Mat mat) {
        ByteBuffer buffer = mat.createBuffer();
        byte[] pixels = new byte[buffer.remaining()];
        buffer.get(pixels);
        return pixels;
    }

    public static byte[] png(Mat mat) {
        return encoded(mat, PictureFormat.PNG);
    }

    public static byte[] encoded(Mat mat, PictureFormat format) {
        try (Picture picture = Picture.of(mat.clone(), null)) {
            return WRITER.write(picture, format, 100);
        }
    }

    /** A square of up to 256 pixels an edge whose blue is x and whose green is y. */
    public static Mat gradient(int edge) {
        Mat picture = new Mat(edge, edge, CV_8UC3);
        ByteBuffer pixels = picture.createBuffer();
        for (int i = 0; i < edge * edge; i++) {
            pixels.put((byte) (i % edge)).put((byte) (i / edge)).put((byte) 0);
        }
        return picture;
    }

    /** A picture of one grey. */
    public static Mat grey(int width, int height) {
        try (Scalar grey = new Scalar(128, 128, 128, 0)) {
            return new Mat(height, width, CV_8UC3, grey);
        }
    }

    /** Coloured blotches, the same each time; a detector sees all sorts of things in them. */
    public static Mat blotches(int width, int height) {
        byte[] colours = new byte[3 * 24 * 18];
        new Random(1).nextBytes(colours);
        try (Mat small = new Mat(18, 24, CV_8UC3)) {
            ByteBuffer pixels = small.createBuffer();
            pixels.put(colours);
            return resized(small, width, height);
        }
    }

    public static Mat resized(Mat mat, int width, int height) {
        Mat resized = new Mat();
        try (Size size = new Size(width, height)) {
            resize(mat, resized, size, 0, 0, width < mat.cols() ? INTER_AREA : INTER_CUBIC);
        }
        return resized;
    }

    public static Mat scaled(Mat mat, double factor) {
        return resized(mat, (int) Math.round(mat.cols() * factor), (int) Math.round(mat.rows() * factor));
    }

    public static Mat cropped(Mat mat, int x, int y, int width, int height) {
        try (Rect rect = new Rect(x, y, width, height);
                Mat part = new Mat(mat, rect)) {
            return part.clone();
        }
    }

    /** Copies a picture into a larger one. */
    public static void paste(Mat canvas, Mat mat, int x, int y) {
        try (Rect rect = new Rect(x, y, mat.cols(), mat.rows());
                Mat place = new Mat(canvas, rect)) {
            mat.copyTo(place);
        }
    }

    /** Pixel (x, y) goes to (a·x + b·y + c, d·x + e·y + f); grey where nothing goes. */
    public static Mat warped(Mat mat, double[] abcdef, int width, int height) {
        Mat warped = new Mat();
        try (Mat matrix = new Mat(2, 3, CV_64F);
                Size size = new Size(width, height);
                Scalar grey = new Scalar(128, 128, 128, 0)) {
            DoubleBuffer values = matrix.createBuffer();
            values.put(abcdef);
            warpAffine(mat, warped, matrix, size, INTER_LINEAR, BORDER_CONSTANT, grey);
        }
        return warped;
    }

    /** For {@link #warped}: turns about the middle of a picture, clockwise, then scales, then moves the middle. */
    public static double[] similarity(Mat mat, double degrees, double scale, double toX, double toY) {
        double cos = Math.cos(Math.toRadians(degrees)) * scale;
        double sin = Math.sin(Math.toRadians(degrees)) * scale;
        double x = (mat.cols() - 1) / 2.0;
        double y = (mat.rows() - 1) / 2.0;
        return new double[] {cos, -sin, toX - cos * x + sin * y, sin, cos, toY - sin * x - cos * y};
    }
}
