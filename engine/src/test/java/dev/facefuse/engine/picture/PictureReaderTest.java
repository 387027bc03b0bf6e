package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PictureReaderTest {
    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);

    @ParameterizedTest
    @EnumSource
    void decodesEveryFormat(PictureFormat format) {
        try (Picture picture = READER.read(PictureCorpus.corners(format), DecodeSize.full())) {
            assertThat(picture.width()).isEqualTo(48);
            assertThat(picture.height()).isEqualTo(32);
            assertThat(picture.alpha()).isNull();
            assertCorners(picture, 0, 1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesASinglePixel(PictureFormat format) {
        try (Picture picture = READER.read(PictureCorpus.corners(format, 1, 1), DecodeSize.full())) {
            assertThat(List.of(picture.width(), picture.height())).containsExactly(1, 1);
        }
    }

    /** The stored corner that is shown top left, top right, bottom left, bottom right: CIPA DC-008, figure 3. */
    @ParameterizedTest
    @CsvSource({
        "1, 0,1,2,3",
        "2, 1,0,3,2",
        "3, 3,2,1,0",
        "4, 2,3,0,1",
        "5, 0,2,1,3",
        "6, 2,0,3,1",
        "7, 3,1,2,0",
        "8, 1,3,0,2"
    })
    void appliesTheOrientation(int orientation, int topLeft, int topRight, int bottomLeft, int bottomRight) {
        List<byte[]> pictures = List.of(
                PictureCorpus.withOrientation(PictureCorpus.corners(PictureFormat.JPEG), orientation),
                PictureCorpus.pngWithOrientation(PictureCorpus.corners(PictureFormat.PNG), orientation),
                PictureCorpus.tiffWithOrientation(PictureCorpus.corners(PictureFormat.TIFF), orientation));
        for (byte[] bytes : pictures) {
            try (Picture picture = READER.read(bytes, DecodeSize.full())) {
                assertThat(picture.width()).isEqualTo(orientation < 5 ? 48 : 32);
                assertCorners(picture, topLeft, topRight, bottomLeft, bottomRight);
            }
        }
    }

    @Test
    void turnsAlphaWithTheColours() {
        byte[] png = PictureCorpus.png(2, 1, 8, 6, new byte[0], new byte[] {1, 2, 3, 10, 4, 5, 6, 20});

        try (Picture picture = READER.read(PictureCorpus.pngWithOrientation(png, 3), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsExactly(6, 5, 4, 3, 2, 1);
            assertThat(values(picture.alpha())).containsExactly(20, 10);
        }
    }

    @Test
    void keepsColourUnderTransparency() {
        byte[] palette = PictureCorpus.concat(
                PictureCorpus.chunk("PLTE", new byte[] {11, 22, 33, 44, 55, 66}),
                PictureCorpus.chunk("tRNS", new byte[] {0, 99}));

        try (Picture picture =
                READER.read(PictureCorpus.png(2, 1, 8, 3, palette, new byte[] {0, 1}), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsExactly(33, 22, 11, 66, 55, 44);
            assertThat(values(picture.alpha())).containsExactly(0, 99);
        }
    }

    @Test
    void roundsSixteenBitsToEight() {
        // 128 · 257 + 129 rounds up, 128 · 257 + 128 down.
        byte[] grey = {(byte) 0xFF, (byte) 0xFF, (byte) 0x81, 0x01, (byte) 0x81, 0x00};

        try (Picture picture = READER.read(PictureCorpus.png(3, 1, 16, 0, new byte[0], grey), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsExactly(255, 255, 255, 129, 129, 129, 128, 128, 128);
        }
    }

    @Test
    void spreadsGreyAndAlpha() {
        try (Picture picture =
                READER.read(PictureCorpus.png(1, 1, 8, 4, new byte[0], new byte[] {70, 80}), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsExactly(70, 70, 70);
            assertThat(values(picture.alpha())).containsExactly(80);
        }
    }

    @ParameterizedTest
    @CsvSource({"associated-alpha.tiff", "unassociated-alpha.tiff"})
    void readsTiffColoursNotMultipliedByAlpha(String name) {
        try (Picture picture = READER.read(PictureCorpus.resource(name), DecodeSize.full())) {
            int[] colours = values(picture.bgr());
            assertThat(colours[0]).isCloseTo(50, within(2));
            assertThat(colours[1]).isCloseTo(100, within(2));
            assertThat(colours[2]).isCloseTo(200, within(2));
            assertThat(values(picture.alpha())).containsExactly(128, 128);
        }
    }

    /** A shade of grey that a PNG declares to be transparent; of fewer than 8 bits it is spread, and so are the pixels. */
    @ParameterizedTest
    @CsvSource({"1, 1, 64, 0, 255", "2, 2, 96, 85, 170", "4, 7, 103, 102, 119", "8, 7, 1543, 6, 7"})
    void keepsATransparentShadeOfGrey(int bitDepth, int shade, int samples, int opaque, int transparent) {
        byte[] row = bitDepth == 8 ? new byte[] {(byte) (samples >> 8), (byte) samples} : new byte[] {(byte) samples};
        byte[] key = PictureCorpus.chunk("tRNS", new byte[] {0, (byte) shade});

        try (Picture picture = READER.read(PictureCorpus.png(2, 1, bitDepth, 0, key, row), DecodeSize.full())) {
            assertThat(values(picture.bgr()))
                    .containsExactly(opaque, opaque, opaque, transparent, transparent, transparent);
            assertThat(values(picture.alpha())).containsExactly(255, 0);
        }
    }

    /** Both become 128 of 255: only one is the transparent shade. */
    @Test
    void keepsATransparentShadeOfSixteenBits() {
        byte[] key = PictureCorpus.chunk("tRNS", new byte[] {(byte) 0x80, (byte) 0x80});
        byte[] row = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x81};

        try (Picture picture = READER.read(PictureCorpus.png(2, 1, 16, 0, key, row), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsOnly(128);
            assertThat(values(picture.alpha())).containsExactly(0, 255);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 1", "8, 2", "16, 1", "16, 2"})
    void saysThatATiffsGreyAndAlphaBecomesOpaque(int bits, int kind) {
        byte[] tiff = Tiff.grey()
                .with(258, 3, bits, bits)
                .with(277, 3, 2)
                .with(338, 3, kind)
                .pixels(new byte[] {10, 10, 99, 99, 20, 20, 99, 99})
                .bytes();

        try (Picture picture = READER.read(tiff, DecodeSize.full())) {
            assertThat(picture.alpha()).isNull();
            assertThat(picture.warnings()).hasSize(1);
            assertThat(picture.warnings().get(0).kind()).isEqualTo(Warning.Kind.TRANSPARENCY_LOST);
            assertThat(picture.warnings().get(0).sentence()).contains("TIFF's transparency", "PNG");
        }
    }

    /** Types BYTE, SHORT and LONG, in both byte orders; libtiff must not turn the picture a second time. */
    @ParameterizedTest
    @CsvSource({"II, 1", "II, 3", "II, 4", "MM, 1", "MM, 3", "MM, 4"})
    void appliesATiffsOrientationOfAnyType(String order, int type) {
        Tiff tiff = Tiff.grey().in(order).with(274, type, 3).pixels(new byte[] {10, 20});

        try (Picture picture = READER.read(tiff.bytes(), DecodeSize.full())) {
            assertThat(values(picture.bgr())).containsExactly(20, 20, 20, 10, 10, 10);
        }
    }

    @ParameterizedTest
    @CsvSource({"II, 1", "II, 3", "II, 4", "MM, 1", "MM, 3", "MM, 4"})
    void appliesExifsOrientationOfAnyType(String order, int type) {
        byte[] block = Tiff.directoryOnly().in(order).with(274, type, 6).bytes();
        byte[] named = PictureCorpus.concat(PictureCorpus.bytes("Exif\0\0"), block);
        byte[] tooManyEntries = named.clone();
        tooManyEntries[order.equals("II") ? 15 : 14] = 1;
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        for (byte[] exif : List.of(block, named, tooManyEntries)) {
            byte[] turned = PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("eXIf", exif));
            try (Picture picture = READER.read(turned, DecodeSize.full())) {
                assertCorners(picture, 2, 0, 3, 1);
            }
        }
        byte[] jpeg = PictureCorpus.corners(PictureFormat.JPEG);
        byte[] xmpFirst = PictureCorpus.concat(
                Arrays.copyOf(jpeg, 2),
                PictureCorpus.bytes("\u00FF\u00E1\0!http://ns.adobe.com/xap/1.0/\0\0\0"),
                new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (tooManyEntries.length + 2)},
                tooManyEntries,
                Arrays.copyOfRange(jpeg, 2, jpeg.length));
        try (Picture picture = READER.read(xmpFirst, DecodeSize.full())) {
            assertCorners(picture, 2, 0, 3, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void appliesTheOrientationOfAWebp(boolean named) {
        byte[] block = Tiff.directoryOnly().with(274, 3, 6).bytes();
        byte[] exif = named ? PictureCorpus.concat(PictureCorpus.bytes("Exif\0\0"), block) : block;

        try (Picture picture = READER.read(PictureCorpus.webpWithExif(exif), DecodeSize.full())) {
            assertCorners(picture, 2, 0, 3, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 321", "322, 321", "321, 321", "162, 321", "161, 161", "81, 81", "80, 81", "41, 41", "1, 41"})
    void decodesAJpegNoLargerThanNeeded(int wanted, int expected) {
        byte[] jpeg = PictureCorpus.corners(PictureFormat.JPEG, 400, 321);

        try (Picture picture = READER.read(jpeg, DecodeSize.shortEdge(wanted))) {
            assertThat(picture.shortEdge()).isEqualTo(expected);
            assertCorners(picture, 0, 1, 2, 3);
        }
    }

    @Test
    void decodesAJpegWholeWhenAskedTo() {
        try (Picture picture = READER.read(PictureCorpus.corners(PictureFormat.JPEG, 400, 321), DecodeSize.full())) {
            assertThat(List.of(picture.width(), picture.height())).containsExactly(400, 321);
        }
    }

    @Test
    void leavesTheCallersBytesAlone() {
        byte[] tiff = PictureCorpus.tiffWithOrientation(PictureCorpus.corners(PictureFormat.TIFF), 6);
        byte[] before = tiff.clone();

        READER.read(tiff, DecodeSize.full()).close();

        assertThat(tiff).isEqualTo(before);
    }

    @Test
    void refusesPixelsThatCannotBeDecoded() {
        byte[] tooFewRows = PictureCorpus.png(8, 8, 8, 2, new byte[0], new byte[24]);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> READER.read(tooFewRows, DecodeSize.full()))
                .withMessageContaining("damaged")
                .extracting(FuseException::code)
                .isEqualTo(ErrorCode.BAD_PICTURE);
    }

    @Test
    void keepsTheTerminalClean() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), ReadCorpus.class.getName())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().remove("OPENCV_LOG_LEVEL");
        Process reading = builder.start();

        assertThat(new String(reading.getErrorStream().readAllBytes(), UTF_8)).isEmpty();
        assertThat(reading.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(reading.exitValue()).isZero();
    }

    /** Reads the bad pictures, and good ones that libraries like to complain about, in a process of its own. */
    static final class ReadCorpus {
        private static final int PARTS = 40;

        private ReadCorpus() {}

        public static void main(String[] arguments) {
            PictureCorpus.bad().forEach(bad -> read(bad.bytes()));
            byte[] png = PictureCorpus.corners(PictureFormat.PNG);
            read(PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("iCCP", new byte[] {'x', 0, 0, 1, 2})));
            read(PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("gAMA", new byte[] {0})));
            byte[] webp = PictureCorpus.corners(PictureFormat.WEBP);
            webp[webp.length / 2] ^= 0x55;
            read(webp);
            byte[] tiff = PictureCorpus.corners(PictureFormat.TIFF);
            tiff[20] ^= 0x55;
            read(tiff);
            for (PictureFormat format : PictureFormat.values()) {
                byte[] whole = PictureCorpus.corners(format);
                for (int part = 1; part < PARTS; part++) {
                    byte[] damaged = whole.clone();
                    damaged[whole.length * part / PARTS] ^= 0x55;
                    read(damaged);
                }
            }
        }

        private static void read(byte[] bytes) {
            try (Picture picture = READER.read(bytes, DecodeSize.full())) {
                System.out.println(picture.width());
            } catch (FuseException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    private static void assertCorners(Picture picture, int... stored) {
        int right = picture.width() - 2;
        int bottom = picture.height() - 2;
        int[][] places = {{1, 1}, {right, 1}, {1, bottom}, {right, bottom}};
        for (int corner = 0; corner < 4; corner++) {
            int[] expected = PictureCorpus.CORNER_COLOURS.get(stored[corner]);
            var pixel = picture.bgr().ptr(places[corner][1], places[corner][0]);
            for (int channel = 0; channel < 3; channel++) {
                assertThat(pixel.get(channel) & 0xFF)
                        .as("corner %d, channel %d", corner, channel)
                        .isCloseTo(expected[channel], within(6));
            }
        }
    }

    private static int[] values(Mat mat) {
        byte[] bytes = new byte[(int) (mat.total() * mat.channels())];
        mat.data().get(bytes);
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] & 0xFF;
        }
        return values;
    }
}
