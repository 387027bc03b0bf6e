package dev.facefuse.engine.label;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.picture.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * Draws a {@link Mark} into a picture: white words on a plate that darkens the pixels below it, so that the mark is legible on light and
 * dark. The words are stored as pictures, since the machine may have neither fonts nor a window system.
 *
 * <p>GB 45438-2025 asks for letters of at least 5 % of the picture's shorter edge. The capitals have that height, or 12 pixels if
 * that is more, as long as the words fit into the picture.
 */
final class MarkPainter {
    private static final double LETTER_SHARE = 0.05;
    private static final double LEAST_LETTER_PX = 12;
    /** Around the words, and between their plate and the picture's edges. */
    private static final double PADDING_LETTERS = 0.4;

    private static final double PLATE_OPACITY = 0.6;
    private static final double WHITE = 255;

    /** Height of the capitals in the pictures of words. */
    private static final double DRAWN_LETTER_PX = 256;

    private MarkPainter() {}

    /** Draws in place; the pixels below the mark become opaque. */
    static void draw(Picture picture, Mark.Words words, Mark.Corner corner) {
        try (Mat drawn = drawn(words)) {
            Layout layout = Layout.of(picture, drawn, corner);
            try (Mat ink = new Mat();
                    Size size = new Size(layout.inkWidth(), layout.inkHeight())) {
                resize(drawn, ink, size, 0, 0, size.width() < drawn.cols() ? INTER_AREA : INTER_CUBIC);
                blend(picture, ink, layout);
            }
        }
    }

    private static Mat drawn(Mark.Words words) {
        try (InputStream in = MarkPainter.class.getResourceAsStream(name(words))) {
            if (in == null) {
                throw new IllegalStateException("This build has no " + name(words));
            }
            try (BytePointer png = new BytePointer(in.readAllBytes());
                    Mat encoded = new Mat(1, Math.toIntExact(png.limit()), CV_8U, png)) {
                return imdecode(encoded, IMREAD_GRAYSCALE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Mark.Words words) {
        return switch (words) {
            case ZH -> "mark-zh.png";
            case EN -> "mark-en.png";
            case NONE -> throw new IllegalArgumentException("There is nothing to draw");
        };
    }

    /** The plate's position and size in the picture, and the size of the words, which are in its middle; in pixels. */
    private record Layout(int left, int top, int width, int height, int inkWidth, int inkHeight) {

        private static Layout of(Picture picture, Mat drawn, Mark.Corner corner) {
            double wanted = Math.max(LEAST_LETTER_PX, Math.ceil(LETTER_SHARE * picture.shortEdge()));
            double across = drawn.cols() / DRAWN_LETTER_PX + 4 * PADDING_LETTERS;
            double down = drawn.rows() / DRAWN_LETTER_PX + 4 * PADDING_LETTERS;
            double letter = Math.min(wanted, Math.min(picture.width() / across, picture.height() / down));
            int inkWidth = pixels(letter * drawn.cols() / DRAWN_LETTER_PX);
            int inkHeight = pixels(letter * drawn.rows() / DRAWN_LETTER_PX);
            int padding = (int) (letter * PADDING_LETTERS);
            int width = Math.min(picture.width(), inkWidth + 2 * padding);
            int height = Math.min(picture.height(), inkHeight + 2 * padding);
            return new Layout(
                    place(corner.isLeft(), padding, picture.width() - width),
                    place(corner.isTop(), padding, picture.height() - height),
                    width,
                    height,
                    inkWidth,
                    inkHeight);
        }

        /** The plate's position along one axis: as far from the picture's edge as there is space. */
        private static int place(boolean atStart, int padding, int space) {
            return atStart ? Math.min(padding, space) : Math.max(0, space - padding);
        }

        private static int pixels(double length) {
            return Math.max(1, (int) Math.ceil(length));
        }
    }

    /** {@code below · (1 − plate)}, then {@code ink · white + (1 − ink) · that}. */
    private static void blend(Picture picture, Mat ink, Layout layout) {
        ByteBuffer colours = picture.bgr().createBuffer();
        ByteBuffer weights = ink.createBuffer();
        @Nullable
        ByteBuffer alpha = picture.alpha() == null ? null : picture.alpha().createBuffer();
        int padX = (layout.width() - layout.inkWidth()) / 2;
        int padY = (layout.height() - layout.inkHeight()) / 2;
        for (int y = 0; y < layout.height(); y++) {
            for (int x = 0; x < layout.width(); x++) {
                int pixel = (layout.top() + y) * picture.width() + layout.left() + x;
                int inkX = x - padX;
                int inkY = y - padY;
                boolean onInk = inkX >= 0 && inkX < layout.inkWidth() && inkY >= 0 && inkY < layout.inkHeight();
                double weight = onInk ? (weights.get(inkY * layout.inkWidth() + inkX) & 0xFF) / WHITE : 0;
                for (int channel = 3 * pixel; channel < 3 * pixel + 3; channel++) {
                    double below = (colours.get(channel) & 0xFF) * (1 - PLATE_OPACITY);
                    colours.put(channel, (byte) Math.round(below + weight * (WHITE - below)));
                }
                if (alpha != null) {
                    alpha.put(pixel, (byte) WHITE);
                }
            }
        }
    }
}
