package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureHeaderTest {
    private static List<PictureCorpus.Bad> bad() {
        return PictureCorpus.bad();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWithOneSentence(PictureCorpus.Bad bad) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(bad.bytes(), PictureLimits.DEFAULT))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(bad.code());
                    assertThat(e.getMessage())
                            .contains(bad.says())
                            .endsWith(".")
                            .doesNotContain("\n")
                            .hasSizeLessThan(140);
                });
    }

    @ParameterizedTest
    @EnumSource
    void readsSizeOfEveryFormat(PictureFormat format) {
        PictureHeader header = PictureHeader.read(PictureCorpus.corners(format), PictureLimits.DEFAULT);

        assertThat(header).isEqualTo(new PictureHeader(format, 48, 32, 1, false, 8, header.decoderBytes()));
    }

    @Test
    void readsSizeOfLossyWebp() {
        byte[] lossy;
        try (Picture picture = PictureCorpus.cornersPicture(48, 32)) {
            lossy = new PictureWriter().write(picture, PictureFormat.WEBP, 80);
        }

        assertThat(PictureHeader.read(lossy, PictureLimits.DEFAULT))
                .isEqualTo(new PictureHeader(PictureFormat.WEBP, 48, 32, 1, false, 8, 0));
    }

    @Test
    void sizeAsShownChangesPlacesWithTheOrientation() {
        byte[] turned = PictureCorpus.withOrientation(PictureCorpus.corners(PictureFormat.JPEG), 6);

        PictureHeader header = PictureHeader.read(turned, PictureLimits.DEFAULT);

        assertThat(List.of(header.width(), header.height(), header.shownWidth(), header.shownHeight()))
                .containsExactly(48, 32, 32, 48);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void takesNonsenseOrientationForUpright(int orientation) {
        byte[] picture = PictureCorpus.withOrientation(PictureCorpus.corners(PictureFormat.JPEG), orientation);

        assertThat(PictureHeader.read(picture, PictureLimits.DEFAULT).orientation())
                .isEqualTo(1);
    }

    @Test
    void ignoresWhatFollowsTheEndOfAJpeg() {
        byte[] motionPhoto = PictureCorpus.concat(PictureCorpus.corners(PictureFormat.JPEG), new byte[500]);

        assertThat(PictureHeader.read(motionPhoto, PictureLimits.DEFAULT).width())
                .isEqualTo(48);
    }

    @Test
    void refusesMoreBytesThanAllowed() {
        byte[] picture = PictureCorpus.corners(PictureFormat.BMP);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(picture, new PictureLimits(4000, 1_000_000, 1000)))
                .withMessageContaining("MiB")
                .extracting(FuseException::code)
                .isEqualTo(ErrorCode.PICTURE_TOO_LARGE);
    }

    @Test
    void tooLargeIsSaidBeforeTruncated() {
        byte[] picture = PictureCorpus.corners(PictureFormat.JPEG, 200, 100);
        byte[] start = java.util.Arrays.copyOf(picture, picture.length - 10);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(start, new PictureLimits(1 << 20, 1_000_000, 150)))
                .withMessageContaining("200×100")
                .extracting(FuseException::code)
                .isEqualTo(ErrorCode.PICTURE_TOO_LARGE);
    }

    @Test
    void seesTransparencyAndDepth() {
        byte[] greyAlpha16 = PictureCorpus.png(1, 1, 16, 4, new byte[0], new byte[4]);

        assertThat(PictureHeader.read(greyAlpha16, PictureLimits.DEFAULT))
                .isEqualTo(new PictureHeader(PictureFormat.PNG, 1, 1, 1, true, 16, 0));
    }

    /** 48×32 pixels in 4:4:4: three coefficients a pixel. */
    @Test
    void knowsWhatADecoderHoldsOfTheWholePicture() {
        byte[] baseline = PictureCorpus.corners(PictureFormat.JPEG);
        byte[] progressive = PictureCorpus.progressive(48, 32);

        assertThat(PictureHeader.read(baseline, PictureLimits.DEFAULT).decoderBytes())
                .isZero();
        assertThat(PictureHeader.read(progressive, PictureLimits.DEFAULT).decoderBytes())
                .isEqualTo(2 * 3 * 48 * 32 + 3 * 48 * 32 / 8);
        assertThat(PictureHeader.read(PictureCorpus.corners(PictureFormat.WEBP), PictureLimits.DEFAULT)
                        .decoderBytes())
                .isBetween(4L * 48 * 32, 4L * 48 * 32 + 20_000);
        assertThat(PictureHeader.read(PictureCorpus.corners(PictureFormat.TIFF), PictureLimits.DEFAULT)
                        .decoderBytes())
                .isBetween(4L * 48 * 32, 8L * 48 * 32);
    }
}
