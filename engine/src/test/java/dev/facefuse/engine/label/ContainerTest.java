package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
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

    private static Container.Metadata metadata() {
        Attribution.Text artist = new Attribution.Text(Attribution.ARTIST, 2, "Ann\0".getBytes(UTF_8));
        return new Container.Metadata(new Attribution(List.of(artist), false), PROFILE, XMP);
    }

    private static byte[] content(Container container, byte[] bytes) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        container.content(bytes, part -> content.writeBytes(part.copy()));
        return content.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void findsWhatWasWritten(PictureFormat format) {
        Container container = Container.of(format);
        byte[] written = container.write(corners(format), metadata());
        Container.Found found = container.find(written);
        assertThat(found.profile().read()).isEqualTo(PROFILE);
        assertThat(count(written, "<x/>")).isEqualTo(1);
        assertThat(Attribution.read(found.exif()).texts()).singleElement().satisfies(text -> assertThat(text.value())
                .isEqualTo("Ann\0".getBytes(UTF_8)));
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void findsNothingWhereNothingIs(PictureFormat format) {
        Container.Found found = Container.of(format).find(corners(format).bytes());
        assertThat(found.profile()).isNull();
        if (format == PictureFormat.TIFF) {
            assertThat(Attribution.read(found.exif()).texts()).isEmpty();
        } else {
            assertThat(found.exif()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void metadataAreNoContent(PictureFormat format) {
        Container container = Container.of(format);
        Encoded picture = corners(format);
        byte[] content = content(container, picture.bytes());
        assertThat(content.length).isBetween(picture.bytes().length / 2, picture.bytes().length);
        assertThat(content(container, container.write(picture, metadata()))).isEqualTo(content);
        assertThat(content(container, container.write(picture, withProfile(null))))
                .isEqualTo(content);
    }

    private static Container.Metadata withProfile(byte[] profile) {
        return new Container.Metadata(Attribution.NONE, profile, XMP);
    }

    @Test
    void aProfileGoesIntoAsManySegmentsAsItTakes() {
        byte[] written = new JpegContainer().write(corners(PictureFormat.JPEG), withProfile(PROFILE));
        assertThat(count(written, "ICC_PROFILE\0")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void theSizeOfAProfileIsBound(PictureFormat format) {
        Container container = Container.of(format);
        byte[] largest = Profiles.rgb(IccProfile.MOST_BYTES);
        byte[] written = container.write(corners(format), withProfile(largest));
        assertThat(container.find(written).profile().read()).isEqualTo(largest);
        byte[] larger = container.write(corners(format), withProfile(Profiles.rgb(IccProfile.MOST_BYTES + 1)));
        IccProfile profile = container.find(larger).profile();
        assertThatExceptionOfType(FuseException.class).isThrownBy(profile::read);
    }

    private static int count(byte[] in, String what) {
        return new String(in, ISO_8859_1).split(Pattern.quote(what), -1).length - 1;
    }

    @Test
    void readsAProfileWithAnyName() {
        for (String name : List.of("", "x", "n".repeat(79))) {
            byte[] png = withChunk(concat((name + "\0\0").getBytes(ISO_8859_1), deflated(PROFILE)));
            assertThat(new PngContainer().find(png).profile().read()).isEqualTo(PROFILE);
        }
    }

    @Test
    void aDamagedDeflatedProfileIsRefused() {
        byte[] whole = concat("x\0\0".getBytes(ISO_8859_1), deflated(PROFILE));
        for (byte[] data : new byte[][] {
            {}, {'x'}, {'x', 0, 0}, {'x', 0, 0, 1, 2}, Arrays.copyOf(whole, whole.length / 2), new byte[100]
        }) {
            IccProfile profile = new PngContainer().find(withChunk(data)).profile();
            assertThatExceptionOfType(FuseException.class).isThrownBy(profile::read);
        }
    }

    @Test
    void aBombIsNotInflated() {
        byte[] bomb = deflated(new byte[50 << 20]);
        IccProfile profile = new PngContainer()
                .find(withChunk(concat("x\0\0".getBytes(ISO_8859_1), bomb)))
                .profile();
        assertThat(bomb.length).isLessThan(100_000);
        assertThatExceptionOfType(FuseException.class).isThrownBy(profile::read);
    }

    private static byte[] withChunk(byte[] data) {
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put("iCCP".getBytes(ISO_8859_1)).put(data);
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
        byte[] result = new byte[data.length + 1000];
        int length = deflater.deflate(result);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        return Arrays.copyOf(result, length);
    }
}
