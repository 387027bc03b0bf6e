package dev.facefuse.engine.picture;

import static dev.facefuse.engine.problem.ErrorCode.BAD_PICTURE;
import static dev.facefuse.engine.problem.ErrorCode.PICTURE_TOO_LARGE;
import static dev.facefuse.engine.problem.ErrorCode.UNSUPPORTED_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.NORM_INF;
import static org.bytedeco.opencv.global.opencv_core.norm;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import org.bytedeco.opencv.opencv_core.Mat;

/** A file is a picture of the size that its header says, which survives being written, or it is refused by name. */
class PictureFuzzTest {
    /** Small: decoding is quick whatever size a file declares. */
    private static final PictureLimits LIMITS = new PictureLimits(1 << 20, 20_000, 500);

    private static final PictureReader READER = new PictureReader(LIMITS);
    private static final PictureWriter WRITER = new PictureWriter();

    /** An entry of a TIFF's directory, the densest there is, becomes some objects. */
    private static long mostHeapBytes(byte[] file) {
        return (64 << 10) + 32L * file.length;
    }

    @FuzzTest
    void isReadOrRefused(byte[] file) {
        Heap.assertAtMost(mostHeapBytes(file), () -> header(file));
        PictureHeader header = header(file);
        if (header == null) {
            return;
        }
        try (Picture picture = READER.read(file, header, DecodeSize.full());
                Picture small = READER.read(file, header, DecodeSize.shortEdge(8))) {
            assertThat(picture.width()).isEqualTo(header.shownWidth());
            assertThat(picture.height()).isEqualTo(header.shownHeight());
            assertThat(small.width()).isLessThanOrEqualTo(picture.width());
            assertSurvives(picture);
        } catch (FuseException e) {
            Refusal.check(e, BAD_PICTURE);
        }
    }

    private static PictureHeader header(byte[] file) {
        try {
            return PictureHeader.read(file, LIMITS);
        } catch (FuseException e) {
            Refusal.check(e, BAD_PICTURE, UNSUPPORTED_FORMAT, PICTURE_TOO_LARGE);
            return null;
        }
    }

    private static void assertSurvives(Picture picture) {
        byte[] png = WRITER.write(picture, PictureFormat.PNG, 100);
        try (Picture again = READER.read(png, DecodeSize.full());
                Mat everywhere = new Mat()) {
            assertThat(norm(picture.bgr(), again.bgr(), NORM_INF, everywhere)).isZero();
        }
    }
}
