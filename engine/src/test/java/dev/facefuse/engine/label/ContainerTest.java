package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerTest {
    private static final byte[] XMP = "<x/>".getBytes(UTF_8);
    /** An odd number of bytes, more than a JPEG's segment holds. */
    private static final byte[] PROFILE = Profiles.rgb(150_001);

    private static Encoded corners(PictureFormat format) {
        return new Encoded(PictureCorpus.corners(format), format, 48, 32);
    }

    private static Exif exif() {
        ExifEntry artist = new ExifEntry(315, 2, "Ann\0".getBytes(UTF_8));
        ExifEntry taken = new ExifEntry(36_867, 2, "2024:05:06 07:08:09\0".getBytes(UTF_8));
        return new Exif(ByteOrder.BIG_ENDIAN, List.of(artist), List.of(taken), false);
    }

    private static EncodedBytes file(byte[] bytes) {
        return EncodedBytes.of("file", bytes, ByteOrder.BIG_ENDIAN);
    }

    private static byte[] content(Container container, byte[] bytes) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        container.content(file(bytes), part -> content.writeBytes(part.copy()));
        return content.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void findsWhatWasWritten(PictureFormat format) {
        Container container = Container.of(format);
        Encoded picture = corners(format);
        byte[] written = container.write(picture, new Metadata(exif(), PROFILE, XMP));
        Found found = container.find(file(written));
        assertThat(found.profile().bytes(PROFILE.length)).isEqualTo(PROFILE);
        assertThat(found.xmp().bytes(XMP.length)).isEqualTo(XMP);
        Exif read = Exif.read(found.exif(), picture);
        assertThat(read.image()).anySatisfy(entry -> assertThat(entry.values()).isEqualTo("Ann\0".getBytes(UTF_8)));
        assertThat(read.photo()).singleElement().extracting(ExifEntry::tag).isEqualTo(36_867);
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void findsNothingWhereNothingIs(PictureFormat format) {
        Found found = Container.of(format).find(corners(format).file());
        assertThat(found.profile()).isNull();
        assertThat(found.xmp()).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void metadataAreNoContent(PictureFormat format) {
        Container container = Container.of(format);
        Encoded picture = corners(format);
        byte[] content = content(container, picture.bytes());
        assertThat(content.length).isBetween(picture.bytes().length / 2, picture.bytes().length);
        assertThat(content(container, container.write(picture, new Metadata(exif(), PROFILE, XMP))))
                .isEqualTo(content);
        assertThat(content(container, container.write(picture, new Metadata(null, null, XMP))))
                .isEqualTo(content);
    }

    @Test
    void aProfileGoesIntoAsManySegmentsAsItTakesAndItsSizeIsBound() {
        JpegContainer container = new JpegContainer();
        byte[] written = container.write(corners(PictureFormat.JPEG), new Metadata(null, PROFILE, null));
        assertThat(count(written, "ICC_PROFILE\0")).isEqualTo(3);
        Block profile = container.find(file(written)).profile();
        assertThatExceptionOfType(FuseException.class).isThrownBy(() -> profile.bytes(PROFILE.length - 1));
    }

    private static int count(byte[] in, String what) {
        return new String(in, ISO_8859_1).split(java.util.regex.Pattern.quote(what), -1).length - 1;
    }

    @Test
    void readsDeflatedXmpOfAPng() {
        byte[] start = "XML:com.adobe.xmp\0\1\0en\0XMP in English\0".getBytes(ISO_8859_1);
        byte[] png = withChunk(concat(start, deflated(XMP)));
        assertThat(new PngContainer().find(file(png)).xmp().bytes(XMP.length)).isEqualTo(XMP);
    }

    @Test
    void aBombIsNotInflated() {
        byte[] start = "XML:com.adobe.xmp\0\1\0\0\0".getBytes(ISO_8859_1);
        byte[] bomb = deflated(new byte[50 << 20]);
        Block xmp =
                new PngContainer().find(file(withChunk(concat(start, bomb)))).xmp();
        assertThat(bomb.length).isLessThan(100_000);
        assertThatExceptionOfType(FuseException.class).isThrownBy(() -> xmp.bytes(1 << 20));
    }

    private static byte[] withChunk(byte[] data) {
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put("iTXt".getBytes(ISO_8859_1)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        chunk.putInt((int) crc.getValue());
        ByteBuffer result = ByteBuffer.allocate(png.length + chunk.capacity());
        return result.put(png, 0, 33)
                .put(chunk.array())
                .put(png, 33, png.length - 33)
                .array();
    }

    private static byte[] concat(byte[] start, byte[] end) {
        return ByteBuffer.allocate(start.length + end.length)
                .put(start)
                .put(end)
                .array();
    }

    private static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater();
        deflater.setInput(data);
        deflater.finish();
        byte[] result = new byte[data.length / 100 + 100];
        int length = deflater.deflate(result);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        return java.util.Arrays.copyOf(result, length);
    }
}
