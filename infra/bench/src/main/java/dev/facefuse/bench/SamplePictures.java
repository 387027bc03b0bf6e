package dev.facefuse.bench;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.OpenCv;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.nativelib.Libtorch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** The embedded samples: a template of 2000×3000 and a user of 512×512. */
public final class SamplePictures {
    private static final int TEMPLATE_WIDTH = 2000;
    private static final int TEMPLATE_HEIGHT = 3000;
    private static final int TEMPLATE_QUALITY = 95;
    private static final String MONA_LISA = "mona-lisa.jpg";
    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);

    private SamplePictures() {}

    /** Mona Lisa, enlarged to 2000×3000: a JPEG. */
    public static byte[] template() throws IOException {
        Libtorch.prepareEnvironment(); // OpenCV brings OpenBLAS along, which reads it.
        OpenCv.prepare();
        try (Mat picture = decoded(monaLisa());
                Mat enlarged = enlarged(picture);
                Picture template = Picture.of(enlarged.clone(), null)) {
            return new PictureWriter().write(template, PictureFormat.JPEG, TEMPLATE_QUALITY);
        }
    }

    /** As wide as that, cut off below. */
    private static Mat enlarged(Mat picture) {
        int height = Math.round((float) picture.rows() * TEMPLATE_WIDTH / picture.cols());
        try (Mat all = new Mat();
                Size size = new Size(TEMPLATE_WIDTH, height);
                Rect upper = new Rect(0, 0, TEMPLATE_WIDTH, TEMPLATE_HEIGHT)) {
            resize(picture, all, size, 0, 0, INTER_CUBIC);
            try (Mat part = new Mat(all, upper)) {
                return part.clone();
            }
        }
    }

    /** Mona Lisa as she is, 743×1155: a JPEG. */
    public static byte[] monaLisa() throws IOException {
        return bytes(MONA_LISA);
    }

    /** The astronaut, a PNG. */
    public static byte[] user() throws IOException {
        return bytes("astronaut.png");
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = SamplePictures.class.getResourceAsStream("/dev/facefuse/models/samples/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** Decodes a picture to 8-bit BGR; the caller closes it. */
    public static Mat decoded(byte[] encoded) {
        try (Picture picture = READER.read(encoded, DecodeSize.full())) {
            return picture.bgr().clone();
        }
    }

    /** Decodes a picture to bytes, row by row. */
    static byte[] pixels(byte[] encoded) {
        try (Mat mat = decoded(encoded)) {
            ByteBuffer buffer = mat.createBuffer();
            byte[] pixels = new byte[buffer.remaining()];
            buffer.get(pixels);
            return pixels;
        }
    }
}
