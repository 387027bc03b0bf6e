package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.getTextSize;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Encoded pictures side by side, for people to compare. A row's pictures have one height; columns have headings.
 *
 * <pre>{@code
 * byte[] jpeg = ContactSheet.jpeg(List.of("template", "user"), List.of(List.of(template, user)));
 * }</pre>
 */
public final class ContactSheet {
    private static final int CELL_HEIGHT_PX = 480;
    private static final int CELL_WIDTH_PX = 480;
    private static final int GAP_PX = 12;
    private static final int HEADING_PX = 40;
    private static final double FONT_SCALE = 0.8;
    private static final int JPEG_QUALITY = 90;
    private static final double WHITE = 255;
    private static final double INK = 48;

    private ContactSheet() {}

    /**
     * Lays the pictures out, each whole and in the middle of a cell of 480 × 480 pixels.
     *
     * @param headings of the columns, ASCII
     * @param rows encoded pictures, as many a row as there are headings
     * @return a JPEG
     * @throws FuseException {@code bad-picture} if one cannot be decoded
     */
    @SuppressWarnings("try") // The scope works by being open.
    public static byte[] jpeg(List<String> headings, List<List<byte[]>> rows) {
        int width = GAP_PX + headings.size() * (CELL_WIDTH_PX + GAP_PX);
        int height = HEADING_PX + rows.size() * (CELL_HEIGHT_PX + GAP_PX);
        try (PointerScope scope = new PointerScope()) {
            Mat sheet = new Mat(height, width, CV_8UC3, grey(WHITE));
            for (int column = 0; column < headings.size(); column++) {
                heading(sheet, headings.get(column), left(column));
            }
            for (int row = 0; row < rows.size(); row++) {
                List<byte[]> pictures = rows.get(row);
                for (int column = 0; column < pictures.size(); column++) {
                    place(sheet, pictures.get(column), left(column), HEADING_PX + row * (CELL_HEIGHT_PX + GAP_PX));
                }
            }
            return encoded(sheet, JPEG_QUALITY);
        }
    }

    private static int left(int column) {
        return GAP_PX + column * (CELL_WIDTH_PX + GAP_PX);
    }

    private static void heading(Mat sheet, String text, int left) {
        Size size = getTextSize(text, FONT_HERSHEY_SIMPLEX, FONT_SCALE, 1, new IntPointer(1));
        Point at = new Point(left + (CELL_WIDTH_PX - size.width()) / 2, (HEADING_PX + size.height()) / 2);
        putText(sheet, text, at, FONT_HERSHEY_SIMPLEX, FONT_SCALE, grey(INK), 1, LINE_AA, false);
    }

    private static void place(Mat sheet, byte[] encoded, int left, int top) {
        Mat bytes = new Mat(new BytePointer(encoded), false).reshape(1, 1);
        Mat picture = imdecode(bytes, IMREAD_COLOR);
        if (picture.empty()) {
            throw new FuseException(ErrorCode.BAD_PICTURE, "A picture of the sheet cannot be decoded.");
        }
        double scale = Math.min((double) CELL_WIDTH_PX / picture.cols(), (double) CELL_HEIGHT_PX / picture.rows());
        int width = Math.max(1, (int) Math.round(picture.cols() * scale));
        int height = Math.max(1, (int) Math.round(picture.rows() * scale));
        Mat cell = new Mat(
                sheet,
                new Rect(left + (CELL_WIDTH_PX - width) / 2, top + (CELL_HEIGHT_PX - height) / 2, width, height));
        resize(picture, cell, new Size(width, height), 0, 0, INTER_AREA);
    }

    /**
     * A JPEG; what it allocates is the pointer scope's that is open.
     *
     * @param quality 1 to 100
     */
    static byte[] encoded(Mat picture, int quality) {
        BytePointer buffer = new BytePointer();
        imencode(".jpg", picture, buffer, new IntPointer(IMWRITE_JPEG_QUALITY, quality));
        byte[] jpeg = new byte[Math.toIntExact(buffer.limit())];
        buffer.get(jpeg);
        return jpeg;
    }

    private static Scalar grey(double value) {
        return new Scalar(value, value, value, 0);
    }
}
