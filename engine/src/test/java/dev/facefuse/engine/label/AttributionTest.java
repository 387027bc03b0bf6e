package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.label.Attribution.Text;
import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.TiffDirectory;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {
    private static final int ASCII = 2;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int UNDEFINED = 7;
    private static final int UTF8 = 129;

    private static final int EXIF_DIRECTORY = 34_665;

    /** A JPEG's segment without its length and EXIF's name. */
    private static final int SEGMENT_BYTES = 0xFFFF - 2 - 6;

    private static Attribution read(byte[] block) {
        return Attribution.read(encoded(block));
    }

    private static EncodedBytes encoded(byte[] block) {
        return EncodedBytes.of("EXIF", block, ByteOrder.BIG_ENDIAN);
    }

    /** An entry whose value, or whose values' position, is this number. */
    private record Raw(int tag, int type, long count, long value) {}

    /** A block with one directory and the bytes that follow it. */
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

    private static void assertNothingKept(byte[] block) {
        Attribution attribution = read(block);
        assertThat(attribution.texts()).isEmpty();
        assertThat(attribution.damaged()).isFalse();
    }

    @Test
    void readsBothTextsInEitherByteOrder() {
        byte[] texts = "Ann B.\0© 2024 Ann\0".getBytes(UTF_8);
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            Attribution attribution = read(
                    block(order, texts, new Raw(315, ASCII, 7, after(2)), new Raw(33_432, UTF8, 12, after(2) + 7)));
            assertThat(attribution.damaged()).isFalse();
            assertThat(attribution.texts())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(
                            new Text(315, ASCII, "Ann B.\0".getBytes(UTF_8)),
                            new Text(33_432, UTF8, "© 2024 Ann\0".getBytes(UTF_8)));
        }
    }

    @Test
    void readsWhatItWrites() {
        Attribution attribution = new Attribution(
                List.of(
                        new Text(Attribution.ARTIST, ASCII, "An\0".getBytes(UTF_8)),
                        new Text(Attribution.COPYRIGHT, UTF8, "2024 Ännchen\0Editor\0".getBytes(UTF_8))),
                false);
        byte[] block = attribution.exif();
        assertThat(read(block)).usingRecursiveComparison().isEqualTo(attribution);
        assertThat(read(block).exif()).isEqualTo(block);
    }

    @Test
    void writesTheTagsThatExifRequiresAndNoOrientation() {
        Attribution attribution =
                new Attribution(List.of(new Text(Attribution.ARTIST, ASCII, "Ann\0".getBytes(UTF_8))), false);
        assertThat(TiffDirectory.read(encoded(attribution.exif())).tags())
                .containsExactly(0x011A, 0x011B, 0x0128, 0x013B, 0x0213);
    }

    @Test
    void dropsTheOrientationInEitherByteOrder() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            assertNothingKept(block(order, new byte[0], new Raw(274, SHORT, 1, 6)));
        }
    }

    @Test
    void dropsPlacesThumbnailsAndSizes() {
        byte[] place = "GPS 48.1 N".getBytes(UTF_8);
        assertNothingKept(block(
                ByteOrder.BIG_ENDIAN,
                place,
                new Raw(34_853, LONG, 1, after(3)),
                new Raw(0xC4A5, UNDEFINED, 10, after(3)),
                new Raw(256, SHORT, 1, 4000)));
    }

    @Test
    void leavesOutATextOutsideTheBlockAndKeepsTheOther() {
        Attribution attribution = read(block(
                ByteOrder.LITTLE_ENDIAN,
                "Ann\0\0".getBytes(UTF_8),
                new Raw(270, ASCII, 5, 0xFFFF_FFF0L),
                new Raw(271, ASCII, 0xFFFF_FFFFL, after(4)),
                new Raw(315, ASCII, 5, after(4)),
                new Raw(33_432, ASCII, 0xFFFF_FFFFL, after(4))));
        assertThat(attribution.damaged()).isTrue();
        assertThat(attribution.texts()).singleElement().satisfies(text -> {
            assertThat(text.tag()).isEqualTo(315);
            assertThat(text.value()).isEqualTo("Ann\0\0".getBytes(UTF_8));
        });
    }

    @Test
    void aTextOfAnotherTypeIsDamage() {
        for (int type : new int[] {0, SHORT, LONG, UNDEFINED, 99, 0xFFFF}) {
            Attribution attribution = read(block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(315, type, 1, 1)));
            assertThat(attribution.texts()).isEmpty();
            assertThat(attribution.damaged()).isTrue();
        }
    }

    @Test
    void anEmptyTextIsNone() {
        assertNothingKept(block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(315, ASCII, 0, 0)));
    }

    @Test
    void refusesABlockWithoutADirectory() {
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
        assertNothingKept(block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(EXIF_DIRECTORY, LONG, 1, 8)));
    }

    @Test
    void aLostDirectoryOfDroppedTagsIsNoDamage() {
        Attribution attribution = read(block(
                ByteOrder.BIG_ENDIAN,
                "Ann B.\0".getBytes(UTF_8),
                new Raw(315, ASCII, 7, after(2)),
                new Raw(EXIF_DIRECTORY, LONG, 1, 4000)));
        assertThat(attribution.damaged()).isFalse();
        assertThat(attribution.texts()).hasSize(1);
    }

    @Test
    void theSizeOfTextsIsBoundAlsoIfTheyOverlap() {
        int most = Attribution.MOST_TEXT_BYTES;
        byte[] texts = new byte[most + 1];
        Raw[] entries = {new Raw(315, ASCII, most, after(2)), new Raw(33_432, ASCII, most, after(2))};
        Attribution both = read(block(ByteOrder.BIG_ENDIAN, texts, entries));
        assertThat(both.damaged()).isFalse();
        assertThat(both.texts()).hasSize(2);
        assertThat(both.exif()).hasSizeBetween(2 * most, SEGMENT_BYTES);
        Raw tooLarge = new Raw(33_432, ASCII, most + 1L, after(2));
        Attribution one = read(block(ByteOrder.BIG_ENDIAN, texts, entries[0], tooLarge));
        assertThat(one.damaged()).isTrue();
        assertThat(one.texts()).hasSize(1);
    }

    @Test
    void dropsTagsThatMayShowTheOriginalOrAreNotInTheStandard() {
        int[] tags = {0x8769, 0x8773, 0x8825, 0x9214, 0x927C, 0x935C, 0xA005, 0xA214, 0xA420, 0xEA1C};
        Raw[] entries = new Raw[tags.length];
        for (int i = 0; i < tags.length; i++) {
            entries[i] = new Raw(tags[i], UNDEFINED, 4, 1);
        }
        byte[] photo = block(ByteOrder.BIG_ENDIAN, new byte[0], entries);
        assertNothingKept(block(ByteOrder.BIG_ENDIAN, photo, new Raw(EXIF_DIRECTORY, LONG, 1, after(1) + 8)));
        assertNothingKept(block(ByteOrder.BIG_ENDIAN, new byte[0], entries));
    }

    @Test
    void dropsTheSizeInPixels() {
        byte[] photo =
                block(ByteOrder.BIG_ENDIAN, new byte[0], new Raw(40_962, SHORT, 1, 1), new Raw(40_963, SHORT, 1, 1));
        assertNothingKept(block(ByteOrder.BIG_ENDIAN, photo, new Raw(EXIF_DIRECTORY, LONG, 1, after(1) + 8)));
    }
}
