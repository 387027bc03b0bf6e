package dev.facefuse.engine.picture;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** A picture in another size, for benchmarks that need one as large as a phone's. */
public final class CoverCrop {
    private static final int JPEG_QUALITY = 95;

    private CoverCrop() {}

    /**
     * Scales a picture until it covers a rectangle (bicubic) and cuts off what stands out, on both sides alike.
     *
     * @param encoded a picture of a format that OpenCV reads
     * @param width pixels
     * @param height pixels
     * @return a JPEG of that size
     * @throws FuseException {@code bad-picture} if it cannot be decoded
     */
    @SuppressWarnings("try") // The scope works by being open.
    public static byte[] jpeg(byte[] encoded, int width, int height) {
        OpenCv.prepare();
        try (PointerScope scope = new PointerScope()) {
            Mat bytes = new Mat(new BytePointer(encoded), false).reshape(1, 1);
            Mat picture = imdecode(bytes, IMREAD_COLOR);
            if (picture.empty()) {
                throw new FuseException(ErrorCode.BAD_PICTURE, "A picture to be scaled cannot be decoded.");
            }
            double scale = Math.max((double) width / picture.cols(), (double) height / picture.rows());
            int scaledWidth = (int) Math.round(picture.cols() * scale);
            int scaledHeight = (int) Math.round(picture.rows() * scale);
            Mat scaled = new Mat();
            resize(picture, scaled, new Size(scaledWidth, scaledHeight), 0, 0, INTER_CUBIC);
            Mat part = new Mat(scaled, new Rect((scaledWidth - width) / 2, (scaledHeight - height) / 2, width, height));
            return ContactSheet.encoded(part, JPEG_QUALITY);
        }
    }
}
