package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.NORM_INF;
import static org.bytedeco.opencv.global.opencv_core.norm;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_411;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_422;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_440;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_SAMPLING_FACTOR_444;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JpegScansTest {
    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};

    /** Ways to write a JPEG. */
    enum Kind {
        BASELINE(CV_8UC3),
        FULL_COLOURS(CV_8UC3, IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_444),
        HALF_ACROSS(CV_8UC3, IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_422),
        HALF_DOWN(CV_8UC3, IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_440),
        QUARTER_ACROSS(CV_8UC3, IMWRITE_JPEG_SAMPLING_FACTOR, IMWRITE_JPEG_SAMPLING_FACTOR_411),
        OWN_TABLES(CV_8UC3, IMWRITE_JPEG_OPTIMIZE, 1),
        RESTARTS(CV_8UC3, IMWRITE_JPEG_RST_INTERVAL, 5),
        GREY(CV_8UC1),
        PROGRESSIVE(CV_8UC3, IMWRITE_JPEG_PROGRESSIVE, 1),
        PROGRESSIVE_WITH_RESTARTS(CV_8UC3, IMWRITE_JPEG_PROGRESSIVE, 1, IMWRITE_JPEG_RST_INTERVAL, 5),
        PROGRESSIVE_GREY(CV_8UC1, IMWRITE_JPEG_PROGRESSIVE, 1);

        private final int type;

        @SuppressWarnings("ImmutableEnumChecker") // Never changed.
        private final int[] parameters;

        Kind(int type, int... parameters) {
            this.type = type;
            this.parameters = parameters;
        }

        private boolean isProgressive() {
            return name().startsWith("PROGRESSIVE");
        }

        /** A picture of 203×149 pixels, smooth with some noise; its edges fill no whole units. */
        private byte[] jpeg() {
            Random random = new Random(1);
            try (Mat pixels = new Mat(149, 203, type);
                    BytePointer encoded = new BytePointer();
                    IntPointer options = new IntPointer(parameters)) {
                byte[] row = new byte[203 * pixels.channels()];
                for (int y = 0; y < 149; y++) {
                    for (int i = 0; i < row.length; i++) {
                        row[i] = (byte) (40 + i / 8 + y / 2 + random.nextInt(24));
                    }
                    pixels.ptr(y).put(row);
                }
                imencode(".jpg", pixels, encoded, options);
                byte[] bytes = new byte[(int) encoded.limit()];
                encoded.get(bytes);
                return bytes;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void findsAWholePictureComplete(Kind kind) {
        byte[] jpeg = kind.jpeg();

        assertThat(JpegScans.of(jpeg)).isEqualTo(new JpegScans.Extent(0, 0, true, jpeg.length - 2));
        try (Picture picture = READER.read(jpeg, DecodeSize.full())) {
            assertThat(picture.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAPictureWithoutEndMarkAndWithATrailer(Kind kind) {
        byte[] jpeg = kind.jpeg();
        byte[] open = Arrays.copyOf(jpeg, jpeg.length - 2);
        byte[] random = new byte[3000];
        new Random(2).nextBytes(random);
        List<byte[]> trailers = List.of(
                new byte[0],
                new byte[100],
                PictureCorpus.bytes("SEFH\1\0\0\0\0\0\0\0SEFT"),
                withoutEndMark(random),
                PictureCorpus.bytes("\u00FF\u00DA\u00FF\u00C0\u00FF\u00E1\u0001"),
                PictureCorpus.corners(PictureFormat.JPEG));
        for (byte[] trailer : trailers) {
            byte[] file = PictureCorpus.concat(open, trailer);
            try (Picture whole = READER.read(jpeg, DecodeSize.full());
                    Picture picture = READER.read(file, DecodeSize.full())) {
                assertThat(norm(whole.bgr(), picture.bgr(), NORM_INF, new Mat()))
                        .isZero();
                assertThat(picture.warnings()).hasSize(1);
                assertThat(picture.warnings().get(0).kind()).isEqualTo(Warning.Kind.INCOMPLETE_PICTURE);
                assertThat(picture.warnings().get(0).sentence()).contains("no end mark", "All of its pixels");
            }
        }
    }

    private static byte[] withoutEndMark(byte[] random) {
        for (int i = 0; i + 1 < random.length; i++) {
            if (random[i] == (byte) 0xFF) {
                random[i] = 0x7F;
            }
        }
        return random;
    }

    @ParameterizedTest
    @EnumSource
    void saysHowMuchOfAPictureIsMissingThatWasCutAndClosed(Kind kind) {
        byte[] jpeg = kind.jpeg();
        for (double kept : new double[] {0.6, 0.9}) {
            byte[] cut = PictureCorpus.concat(Arrays.copyOf(jpeg, (int) (kept * jpeg.length)), END);

            try (Picture picture = READER.read(cut, DecodeSize.full())) {
                assertThat(picture.warnings()).hasSize(1);
                Warning warning = picture.warnings().get(0);
                assertThat(warning.kind()).isEqualTo(Warning.Kind.INCOMPLETE_PICTURE);
                assertThat(warning.sentence())
                        .matches(".*about \\d+ % of its picture (is missing|lacks fine detail).*");
                if (!kind.isProgressive()) {
                    assertThat(100 * JpegScans.of(cut).missing()).isCloseTo(100 - 100 * kept, within(8.0));
                    assertThat(warning.sentence()).contains("is missing");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAPictureThatWasCut(Kind kind) {
        byte[] jpeg = kind.jpeg();
        for (double kept : new double[] {0.3, 0.6, 0.95}) {
            byte[] cut = Arrays.copyOf(jpeg, (int) (kept * jpeg.length));

            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> READER.read(cut, DecodeSize.full()))
                    .withMessageContaining("ends too early: about ")
                    .withMessageContaining(" % of its picture")
                    .withMessageContaining("send the whole file")
                    .extracting(FuseException::code)
                    .isEqualTo(ErrorCode.BAD_PICTURE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BASELINE", "OWN_TABLES", "RESTARTS", "GREY", "PROGRESSIVE"})
    void saysThatAPieceIsMissingInTheMiddle(Kind kind) {
        byte[] jpeg = kind.jpeg();
        byte[] holed = PictureCorpus.concat(
                Arrays.copyOf(jpeg, jpeg.length / 2), Arrays.copyOfRange(jpeg, jpeg.length * 2 / 3, jpeg.length));

        try (Picture picture = READER.read(holed, DecodeSize.full())) {
            assertThat(picture.warnings()).extracting(Warning::kind).containsExactly(Warning.Kind.INCOMPLETE_PICTURE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void readsSmallPicturesWithoutEndMark(int edge) {
        byte[] jpeg = PictureCorpus.corners(PictureFormat.JPEG, edge, edge);

        try (Picture picture = READER.read(Arrays.copyOf(jpeg, jpeg.length - 2), DecodeSize.full())) {
            assertThat(picture.width()).isEqualTo(edge);
        }
    }

    @Test
    void refusesAProgressivePictureThatEndsBetweenTwoScans() {
        byte[] jpeg = Kind.PROGRESSIVE.jpeg();
        int last = jpeg.length - 2;
        while (jpeg[last] != (byte) 0xFF || jpeg[last + 1] != (byte) 0xDA) {
            last--;
        }
        byte[] cut = Arrays.copyOf(jpeg, last);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> READER.read(cut, DecodeSize.full()))
                .withMessageContaining("about 100 % of its picture lacks fine detail");
    }
}
