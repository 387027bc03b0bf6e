package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.problem.Warning;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CmykJpegTest {
    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);

    /** Cyan, magenta, yellow and black of 0 to 255, and by the formula blue, green and red. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0, 255, 255, 255",
        "255, 0, 0, 0, 255, 255, 0",
        "0, 255, 0, 0, 255, 0, 255",
        "0, 0, 255, 0, 0, 255, 255",
        "0, 0, 0, 255, 0, 0, 0",
        "0, 128, 255, 51, 0, 102, 204"
    })
    void turnsInksIntoColoursByTheFormula(int c, int m, int y, int k, int blue, int green, int red) {
        byte[] direct = jpeg(40, 24, c, m, y, k);
        byte[] adobes = adobe(jpeg(40, 24, 255 - c, 255 - m, 255 - y, 255 - k), 0);
        byte[] adobesYcck = adobe(ycck(40, 24, 255 - c, 255 - m, 255 - y, 255 - k), 2);

        for (byte[] jpeg : new byte[][] {direct, adobes, adobesYcck}) {
            try (Picture picture = READER.read(jpeg, DecodeSize.full())) {
                assertThat(picture.width()).isEqualTo(40);
                assertThat(picture.height()).isEqualTo(24);
                assertPixel(picture, 39, 23, blue, green, red, 4);
                assertThat(picture.warnings()).hasSize(1);
                assertThat(picture.warnings().get(0).kind()).isEqualTo(Warning.Kind.APPROXIMATE_COLOURS);
                assertThat(picture.warnings().get(0).sentence()).contains("CMYK", "approximate", "RGB JPEG");
            }
        }
    }

    /** The profile says of its inks what no formula would: all of them are green. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void usesTheProfile(boolean inverted) {
        byte[] plain = jpeg(40, 24, 0, 255, 0, 0);
        byte[] jpeg = withProfile(inverted ? adobe(plain, 0) : plain, profile());

        try (Picture picture = READER.read(jpeg, DecodeSize.full())) {
            var pixel = picture.bgr().ptr(3, 3);
            assertThat(pixel.get(1) & 0xFF).isGreaterThan(150);
            assertThat(pixel.get(0) & 0xFF).isLessThan(130);
            assertThat(pixel.get(2) & 0xFF).isLessThan(130);
            assertThat(picture.warnings()).isEmpty();
        }
    }

    @Test
    void fallsBackToTheFormulaWhereTheProfileIsUnusable() {
        byte[] cut = Arrays.copyOf(profile(), 200);

        try (Picture picture = READER.read(withProfile(jpeg(40, 24, 0, 0, 255, 0), cut), DecodeSize.full())) {
            assertPixel(picture, 3, 3, 0, 255, 255, 4);
            assertThat(picture.warnings()).extracting(Warning::kind).containsExactly(Warning.Kind.APPROXIMATE_COLOURS);
        }
    }

    @ParameterizedTest
    @CsvSource({"120, 120", "60, 60", "30, 30", "10, 15"})
    void givesASmallerPictureWhereThatIsEnough(int shortEdge, int height) {
        try (Picture picture = READER.read(jpeg(161, 120, 0, 255, 0, 0), DecodeSize.shortEdge(shortEdge))) {
            assertThat(picture.height()).isEqualTo(height);
            assertThat(picture.width()).isEqualTo(DecodeSize.scaled(161, 120 / height));
            assertPixel(picture, picture.width() - 1, height - 1, 255, 0, 255, 4);
        }
    }

    @Test
    void appliesTheOrientation() {
        byte[] turned = PictureCorpus.withOrientation(jpeg(40, 24, 0, 0, 0, 0), 6);

        try (Picture picture = READER.read(turned, DecodeSize.full())) {
            assertThat(picture.width()).isEqualTo(24);
        }
    }

    @Test
    void readsAPrintersFile() {
        try (Picture picture = READER.read(PictureCorpus.resource("cmyk.jpg"), DecodeSize.full())) {
            assertThat(picture.warnings()).extracting(Warning::kind).containsExactly(Warning.Kind.APPROXIMATE_COLOURS);
        }
    }

    @Test
    void saysHowMuchOfAPictureIsMissing() {
        byte[] jpeg = jpeg(400, 300, 10, 20, 30, 40);
        byte[] cut =
                PictureCorpus.concat(Arrays.copyOf(jpeg, jpeg.length - 400), new byte[] {(byte) 0xFF, (byte) 0xD9});

        try (Picture picture = READER.read(cut, DecodeSize.full())) {
            assertThat(picture.warnings())
                    .extracting(Warning::kind)
                    .containsExactly(Warning.Kind.INCOMPLETE_PICTURE, Warning.Kind.APPROXIMATE_COLOURS);
        }
    }

    @Test
    void countsItsStripsInTheHeader() {
        byte[] jpeg = jpeg(400, 300, 10, 20, 30, 40);

        assertThat(PictureHeader.read(jpeg, PictureLimits.DEFAULT).decoderBytes())
                .isGreaterThan(2 * 4 * 400 * 300);
    }

    private static void assertPixel(Picture picture, int x, int y, int blue, int green, int red, int tolerance) {
        var pixel = picture.bgr().ptr(y, x);
        assertThat(pixel.get(0) & 0xFF).as("blue").isCloseTo(blue, within(tolerance));
        assertThat(pixel.get(1) & 0xFF).as("green").isCloseTo(green, within(tolerance));
        assertThat(pixel.get(2) & 0xFF).as("red").isCloseTo(red, within(tolerance));
    }

    /** A JPEG of four channels without a conversion, of one colour. */
    private static byte[] jpeg(int width, int height, int... values) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raster.setPixel(x, y, values);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream output = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(output);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(1);
            writer.write(null, new IIOImage(raster, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** As Adobe's programs do it: the first three inks are taken for red, green and blue, and turned into luminance and chroma. */
    private static byte[] ycck(int width, int height, int c, int m, int y, int k) {
        int r = 255 - c;
        int g = 255 - m;
        int b = 255 - y;
        double luminance = 0.299 * r + 0.587 * g + 0.114 * b;
        double cb = 128 + (b - luminance) * 0.5 / (1 - 0.114);
        double cr = 128 + (r - luminance) * 0.5 / (1 - 0.299);
        return jpeg(width, height, rounded(luminance), rounded(cb), rounded(cr), k);
    }

    private static int rounded(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    private static byte[] adobe(byte[] jpeg, int transform) {
        byte[] segment = PictureCorpus.bytes("\u00FF\u00EE\0\u000EAdobe\0d\0\0\0\0" + (char) transform);
        return PictureCorpus.concat(Arrays.copyOf(jpeg, 2), segment, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    private static byte[] withProfile(byte[] jpeg, byte[] profile) {
        byte[] data = PictureCorpus.concat(PictureCorpus.bytes("ICC_PROFILE\0\1\1"), profile);
        byte[] frame = ByteBuffer.allocate(4)
                .putShort((short) 0xFFE2)
                .putShort((short) (data.length + 2))
                .array();
        return PictureCorpus.concat(Arrays.copyOf(jpeg, 2), frame, data, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** A profile of CMYK (ICC.1:2001) whose table says for every corner of the inks: L* 65, a* −60, b* 50. */
    private static byte[] profile() {
        int corners = 16;
        int table = 48 + 4 * 256 + corners * 3 + 3 * 256;
        ByteBuffer file = ByteBuffer.allocate(128 + 4 + 12 + table);
        file.putInt(file.capacity()).put(PictureCorpus.bytes("lcms")).putInt(0x02400000);
        file.put(PictureCorpus.bytes("prtrCMYKLab "));
        file.position(36).put(PictureCorpus.bytes("acsp"));
        file.position(68).putInt(0xF6D6).putInt(0x10000).putInt(0xD32D);
        file.position(128)
                .putInt(1)
                .put(PictureCorpus.bytes("A2B0"))
                .putInt(144)
                .putInt(table);
        file.put(PictureCorpus.bytes("mft1"))
                .putInt(0)
                .put((byte) 4)
                .put((byte) 3)
                .put((byte) 2)
                .put((byte) 0);
        for (int i = 0; i < 9; i++) {
            file.putInt(i % 4 == 0 ? 0x10000 : 0);
        }
        putRamps(file, 4);
        for (int i = 0; i < corners; i++) {
            file.put((byte) (65 * 255 / 100)).put((byte) (128 - 60)).put((byte) (128 + 50));
        }
        putRamps(file, 3);
        return file.array();
    }

    private static void putRamps(ByteBuffer file, int count) {
        for (int i = 0; i < 256 * count; i++) {
            file.put((byte) i);
        }
    }
}
