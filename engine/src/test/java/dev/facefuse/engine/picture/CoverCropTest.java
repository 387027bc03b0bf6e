package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.problem.FuseException;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverCropTest {
    @ParameterizedTest
    @CsvSource({"720, 1280", "1280, 720", "60, 40", "7, 900"})
    void hasTheSizeAskedFor(int width, int height) {
        byte[] jpeg = CoverCrop.jpeg(Samples.MONA_LISA, width, height);
        try (Picture picture = new PictureReader(PictureLimits.DEFAULT).read(jpeg, DecodeSize.full())) {
            assertThat(picture.bgr().cols()).isEqualTo(width);
            assertThat(picture.bgr().rows()).isEqualTo(height);
        }
    }

    /** White with a black square in its middle: the middle stays where it is, and is as much larger as the picture. */
    @Test
    void cutsOffOnBothSidesAlike() {
        try (Mat white = Samples.grey(100, 60);
                Mat square = new Mat(white, new Rect(40, 20, 20, 20));
                Scalar black = new Scalar(0, 0, 0, 0)) {
            square.put(black);
            byte[] jpeg = CoverCrop.jpeg(Samples.png(white), 120, 120);
            try (Picture picture = new PictureReader(PictureLimits.DEFAULT).read(jpeg, DecodeSize.full());
                    UByteIndexer pixels = picture.bgr().createIndexer()) {
                int grey = pixels.get(5, 5, 0);
                assertThat(grey).isGreaterThan(60);
                assertThat(pixels.get(60, 45, 0)).isLessThan(grey / 2);
                assertThat(pixels.get(60, 75, 0)).isLessThan(grey / 2);
                assertThat(pixels.get(60, 33, 0)).isGreaterThan(grey / 2);
                assertThat(pixels.get(60, 87, 0)).isGreaterThan(grey / 2);
                assertThat(pixels.get(33, 60, 0)).isGreaterThan(grey / 2);
                assertThat(pixels.get(87, 60, 0)).isGreaterThan(grey / 2);
            }
        }
    }

    @Test
    void refusesWhatIsNoPicture() {
        assertThatExceptionOfType(FuseException.class).isThrownBy(() -> CoverCrop.jpeg(new byte[10], 10, 10));
    }
}
