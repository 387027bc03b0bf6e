package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureWriterTest {
    private final PictureWriter writer = new PictureWriter();
    private final PictureReader reader = new PictureReader(PictureLimits.DEFAULT);

    @ParameterizedTest
    @EnumSource(names = {"PNG", "BMP", "TIFF", "WEBP"})
    void losesNothingInLosslessFormats(PictureFormat format) {
        try (Picture picture = noise(null);
                Picture again = reader.read(writer.write(picture, format, 100), DecodeSize.full())) {
            assertThat(largestDifference(picture.bgr(), again.bgr())).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PNG", "TIFF", "WEBP"})
    void putsAlphaBack(PictureFormat format) {
        try (Picture picture = noise(plain(1, 200));
                Picture again = reader.read(writer.write(picture, format, 100), DecodeSize.full())) {
            assertThat(largestDifference(picture.bgr(), again.bgr())).isZero();
            assertThat(largestDifference(picture.alpha(), again.alpha())).isZero();
            assertThat(writer.warning(picture, format)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"JPEG", "BMP"})
    void laysTransparencyOnWhiteAndSaysSo(PictureFormat format) {
        try (Picture picture = Picture.of(plain(3, 100), plain(1, 51));
                Picture again = reader.read(writer.write(picture, format, 92), DecodeSize.full())) {
            // A fifth of 100 and four fifths of 255.
            assertThat(again.bgr().data().get() & 0xFF).isEqualTo(224);
            assertThat(writer.warning(picture, format)).hasValueSatisfying(warning -> assertThat(warning.sentence())
                    .contains("transparency"));
        }
    }

    @Test
    void keepsColourResolutionOfAGoodJpeg() {
        try (Picture picture = PictureCorpus.cornersPicture(46, 30)) {
            assertThat(samplingOf(writer.write(picture, PictureFormat.JPEG, 92)))
                    .isEqualTo(0x11);
            assertThat(samplingOf(writer.write(picture, PictureFormat.JPEG, 89)))
                    .isEqualTo(0x22);
        }
    }

    @Test
    void refusesAWebpThatIsTooLong() {
        try (Picture picture = Picture.of(new Mat(1, 16_384, opencv_core.CV_8UC3, Scalar.all(0)), null)) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> writer.write(picture, PictureFormat.WEBP, 90))
                    .extracting(FuseException::code)
                    .isEqualTo(ErrorCode.PICTURE_TOO_LARGE);
        }
    }

    @Test
    void givesTheSameBytesForTheSamePicture() {
        try (Picture picture = noise(null)) {
            for (PictureFormat format : PictureFormat.values()) {
                assertThat(writer.write(picture, format, 92)).isEqualTo(writer.write(picture, format, 92));
            }
        }
    }

    /** The luma component's sampling factors in SOF0. */
    private static int samplingOf(byte[] jpeg) {
        int at = 2;
        while ((jpeg[at + 1] & 0xFF) != 0xC0) {
            at += 2 + (((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF));
        }
        return jpeg[at + 11];
    }

    private static Mat plain(int channels, int value) {
        return new Mat(32, 48, opencv_core.CV_8UC(channels), Scalar.all(value));
    }

    private static Picture noise(Mat alpha) {
        Mat bgr = new Mat(32, 48, opencv_core.CV_8UC3);
        for (int i = 0; i < 32 * 48 * 3; i++) {
            bgr.data().put(i, (byte) ((i * 7919) >> 3));
        }
        return Picture.of(bgr, alpha);
    }

    private static double largestDifference(Mat one, Mat other) {
        return opencv_core.norm(one, other, opencv_core.NORM_INF, new Mat());
    }
}
