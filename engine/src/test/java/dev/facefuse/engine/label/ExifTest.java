package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExifTest {
    private static final Encoded PICTURE = new Encoded(new byte[0], PictureFormat.JPEG, 640, 70_000);

    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;
    private static final int UNDEFINED = 7;

    private static Exif read(byte[] block) {
        return Exif.read(EncodedBytes.of("EXIF", block, ByteOrder.BIG_ENDIAN), PICTURE);
    }

    /** An entry whose value, or whose values' position, is this number. */
    private record Raw(int tag, int type, long count, long value) {}

    /** A block with one directory and whatever follows it. */
    private static byte[] block(ByteOrder order, byte[] after, Raw... entries) {
        ByteBuffer block =
                ByteBuffer.allocate(14 + 12 * entries.length + after.length).order(order);
        block.putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4D4D : 0x4949));
        block.putShort((short) 42).putInt(8).putShort((short) entries.length);
        for (Raw entry : entries) {
            block.putShort((short) entry.tag).putShort((short) entry.type).putInt((int) entry.count);
            if (entry.type == SHORT && entry.count == 1) {
                block.putShort((short) entry.value).putShort((short) 0);
            } else {
                block.putInt((int) entry.value);
            }
        }
        return block.putInt(0).put(after).array();
    }

    private static long after(int entries) {
        return 14 + 12L * entries;
    }

    @Test
    void turnsTheOrientationUprightInEitherByteOrder() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            Exif exif = read(block(order, new byte[0], new Raw(274, SHORT, 1, 6)));
            assertThat(exif.damaged()).isFalse();
            assertThat(exif.block()).isEqualTo(block(order, new byte[0], new Raw(274, SHORT, 1, 1)));
        }
    }

    @Test
    void leavesOutWhatIsNotInTheList() {
        byte[] place = "GPS 48.1 N".getBytes(UTF_8);
        Exif exif = read(block(
                ByteOrder.BIG_ENDIAN,
                place,
                new Raw(34_853, LONG, 1, after(3)),
                new Raw(0xC4A5, UNDEFINED, 10, after(3)),
                new Raw(256, SHORT, 1, 4000)));
        assertThat(exif.isEmpty()).isTrue();
        assertThat(exif.damaged()).isFalse();
    }

    @Test
    void leavesOutWhatStandsOutsideAndKeepsTheRest() {
        Exif exif = read(block(
                ByteOrder.LITTLE_ENDIAN,
                "Ann\0\0".getBytes(UTF_8),
                new Raw(270, ASCII, 5, 0xFFFF_FFF0L),
                new Raw(271, ASCII, 0xFFFF_FFFFL, after(4)),
                new Raw(272, 99, 1, 0),
                new Raw(315, ASCII, 5, after(4))));
        assertThat(exif.damaged()).isTrue();
        assertThat(exif.image()).singleElement().satisfies(entry -> {
            assertThat(entry.tag()).isEqualTo(315);
            assertThat(entry.values()).isEqualTo("Ann\0\0".getBytes(UTF_8));
        });
    }

    @Test
    void refusesWhatHasNoDirectory() {
        for (byte[] block : new byte[][] {
            {},
            {'M', 'M', 0},
            "no EXIF at all".getBytes(UTF_8),
            {'M', 'M', 0, 42, 0, 0, 0, 99},
            {'M', 'M', 0, 42, 0, 0, 0, 8, (byte) 0xFF, (byte) 0xFF}
        }) {
            assertThatExceptionOfType(FuseException.class).isThrownBy(() -> read(block));
        }
    }

    @Test
    void aDirectoryThatPointsToItselfIsReadOnce() {
        Exif exif = read(block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(34_665, LONG, 1, 8)));
        assertThat(exif.isEmpty()).isTrue();
        assertThat(exif.damaged()).isFalse();
    }

    @Test
    void aLostDirectoryIsDamage() {
        Exif exif = read(
                block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(274, SHORT, 1, 6), new Raw(34_665, LONG, 1, 4000)));
        assertThat(exif.damaged()).isTrue();
        assertThat(exif.image()).hasSize(1);
    }

    /** Each value is most of the block: together they would be megabytes. */
    @Test
    void valuesThatOverlapDoNotMultiply() {
        Raw[] entries = new Raw[0x9213 - 0x9000];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Raw(0x9000 + i, UNDEFINED, i == 1 ? 0x7FFF_0000 : 5000, 0);
        }
        byte[] photo = block(ByteOrder.BIG_ENDIAN, new byte[0], entries);
        Exif exif = read(block(ByteOrder.BIG_ENDIAN, photo, new Raw(34_665, LONG, 1, after(1) + 8)));
        assertThat(exif.damaged()).isTrue();
        assertThat(exif.photo()).hasSize(Exif.MOST_BYTES / 5012);
        assertThat(exif.block().length).isLessThanOrEqualTo(Exif.MOST_BYTES);
    }

    @Test
    void leavesOutWhatMayShowTheOriginalOrIsNotInTheStandard() {
        int[] tags = {0x8769, 0x8773, 0x8825, 0x9214, 0x927C, 0x935C, 0xA005, 0xA214, 0xA420, 0xEA1C};
        Raw[] entries = new Raw[tags.length];
        for (int i = 0; i < tags.length; i++) {
            entries[i] = new Raw(tags[i], UNDEFINED, 4, 1);
        }
        byte[] photo = block(ByteOrder.BIG_ENDIAN, new byte[0], entries);
        Exif exif = read(block(ByteOrder.BIG_ENDIAN, photo, new Raw(34_665, LONG, 1, after(1) + 8)));
        assertThat(exif.isEmpty()).isTrue();
        assertThat(exif.damaged()).isFalse();
    }

    @Test
    void saysTheSizeOfTheNewPicture() {
        byte[] photo =
                block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(40_962, SHORT, 1, 1), new Raw(40_963, SHORT, 1, 1));
        Exif exif = read(block(ByteOrder.BIG_ENDIAN, photo, new Raw(34_665, LONG, 1, after(1) + 8)));
        assertThat(exif.photo())
                .extracting(entry -> ByteBuffer.wrap(entry.values()).getInt())
                .containsExactly(640, 70_000);
    }

    @Test
    void swapsNumbersAndNoTexts() {
        Exif exif = new Exif(
                ByteOrder.BIG_ENDIAN,
                List.of(
                        new ExifEntry(270, ASCII, new byte[] {1, 2, 3}),
                        new ExifEntry(282, RATIONAL, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
                        new ExifEntry(296, SHORT, new byte[] {1, 2, 3, 4})),
                List.of(new ExifEntry(37_510, UNDEFINED, new byte[] {1, 2, 3, 4})),
                false);
        Exif swapped = exif.in(ByteOrder.LITTLE_ENDIAN);
        assertThat(swapped.image())
                .extracting(ExifEntry::values)
                .containsExactly(new byte[] {1, 2, 3}, new byte[] {4, 3, 2, 1, 8, 7, 6, 5}, new byte[] {2, 1, 4, 3});
        assertThat(swapped.photo()).extracting(ExifEntry::values).containsExactly(new byte[] {1, 2, 3, 4});
        assertThat(read(swapped.block()).in(ByteOrder.BIG_ENDIAN).block()).isEqualTo(exif.block());
    }
}
