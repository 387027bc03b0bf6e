package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BmpPixelsTest {
    private static final PictureReader READER = new PictureReader(PictureLimits.DEFAULT);

    private static final int RGB = 0;
    private static final int BITFIELDS = 3;
    private static final int ALPHABITFIELDS = 6;

    /** Orange (255, 128, 0) by every mask: full red, the middle of green, no blue. */
    @ParameterizedTest
    @CsvSource({
        // bits, header, compression, red, green, blue, an orange pixel
        "32, 40, 3, 000000FF, 0000FF00, 00FF0000, 000080FF",
        "32, 40, 3, 00FF0000, 0000FF00, 000000FF, 00FF8000",
        "32, 40, 3, FF000000, 00FF0000, 0000FF00, FF800000",
        "32, 40, 3, 3FF00000, 000FFC00, 000003FF, 3FF80800",
        "32, 52, 3, 000000FF, 0000FF00, 00FF0000, 000080FF",
        "32, 56, 3, 0000FF00, 00FF0000, FF000000, 0080FF00",
        "32, 108, 3, 000000FF, 0000FF00, 00FF0000, 000080FF",
        "32, 124, 3, 000000FF, 0000FF00, 00FF0000, 000080FF",
        "32, 40, 0, 0, 0, 0, FFFF8000",
        "32, 124, 0, 0, 0, 0, 00FF8000",
        "16, 40, 3, 0000F800, 000007E0, 0000001F, FC00",
        "16, 40, 3, 00007C00, 000003E0, 0000001F, 7E00",
        "16, 40, 3, 0000001F, 000007E0, 0000F800, 041F",
        "16, 40, 3, 00000F00, 000000F0, 0000000F, 0F80",
        "16, 52, 3, 0000F800, 000007E0, 0000001F, FC00",
        "16, 108, 3, 0000F800, 000007E0, 0000001F, FC00",
        "16, 124, 3, 00007C00, 000003E0, 0000001F, 7E00",
        "16, 40, 0, 0, 0, 0, 7E00",
        "16, 124, 0, 0, 0, 0, FE00"
    })
    void readsColoursByAnyMask(
            int bits, int headerBytes, int compression, String red, String green, String blue, String orange) {
        byte[] bmp = bmp(bits, headerBytes, compression, masks(red, green, blue, "0"), 1, hex(orange), 0);

        try (Picture picture = READER.read(bmp, DecodeSize.full())) {
            assertThat(picture.alpha()).isNull();
            int[] left = pixel(picture, 0);
            assertThat(left[0]).as("blue").isZero();
            assertThat(left[1]).as("green").isBetween(127, 136);
            assertThat(left[2]).as("red").isEqualTo(255);
            assertThat(pixel(picture, 1)).containsExactly(0, 0, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"56, 3", "108, 3", "124, 3", "40, 6"})
    void keepsAlphaThatAMaskDeclares(int headerBytes, int compression) {
        int[] masks = masks("FF", "FF00", "FF0000", "FF000000");
        byte[] bmp = bmp(32, headerBytes, compression, masks, 1, 0x80_03_02_01, 0xFF_06_05_04);

        try (Picture picture = READER.read(bmp, DecodeSize.full())) {
            assertThat(pixel(picture, 0)).containsExactly(3, 2, 1);
            assertThat(pixel(picture, 1)).containsExactly(6, 5, 4);
            assertThat(picture.alpha()).isNotNull();
            assertThat(picture.alpha().data().get(0) & 0xFF).isEqualTo(0x80);
            assertThat(picture.alpha().data().get(1) & 0xFF).isEqualTo(0xFF);
        }
    }

    @ParameterizedTest
    @CsvSource({"00", "FF"})
    void takesAlphaThatIsTheSameEverywhereForOpaque(String alpha) {
        int pixel = (int) Long.parseLong(alpha + "030201", 16);
        byte[] bmp = bmp(32, 124, BITFIELDS, masks("FF", "FF00", "FF0000", "FF000000"), 1, pixel, pixel);

        try (Picture picture = READER.read(bmp, DecodeSize.full())) {
            assertThat(picture.alpha()).isNull();
            assertThat(pixel(picture, 0)).containsExactly(3, 2, 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 20, 10", "-1, 10, 20"})
    void readsRowsInTheirOrder(int upOrDown, int top, int bottom) {
        byte[] bmp = bmp(32, 40, RGB, null, 2 * upOrDown, 10, 10, 20, 20);

        try (Picture picture = READER.read(bmp, DecodeSize.full())) {
            assertThat(picture.bgr().ptr(0, 0).get(0)).isEqualTo((byte) top);
            assertThat(picture.bgr().ptr(1, 0).get(0)).isEqualTo((byte) bottom);
        }
    }

    @ParameterizedTest
    @CsvSource({"32, FF00FF, FF00, FF", "32, 0, 0, 0", "16, FF0000, FF00, FF"})
    void refusesMasksThatMakeNoSense(int bits, String red, String green, String blue) {
        refused(bmp(bits, 40, BITFIELDS, masks(red, green, blue, "0"), 1, 0, 0), ErrorCode.BAD_PICTURE, "masks");
    }

    @Test
    void refusesBitfieldsOfOtherDepths() {
        refused(bmp(24, 40, BITFIELDS, masks("1", "2", "4", "0"), 1, 0, 0), ErrorCode.UNSUPPORTED_FORMAT, "inside");
        refused(bmp(24, 40, ALPHABITFIELDS, masks("1", "2", "4", "0"), 1, 0, 0), ErrorCode.UNSUPPORTED_FORMAT, "BMP");
        refused(bmp(32, 64, BITFIELDS, masks("1", "2", "4", "0"), 1, 0, 0), ErrorCode.UNSUPPORTED_FORMAT, "OS/2");
    }

    private static void refused(byte[] bmp, ErrorCode code, String says) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> READER.read(bmp, DecodeSize.full()))
                .withMessageContaining(says)
                .extracting(FuseException::code)
                .isEqualTo(code);
    }

    private static int[] masks(String... hex) {
        int[] masks = new int[hex.length];
        for (int i = 0; i < hex.length; i++) {
            masks[i] = hex(hex[i]);
        }
        return masks;
    }

    private static int hex(String digits) {
        return (int) Long.parseLong(digits, 16);
    }

    /**
     * Two pixels a row.
     *
     * @param masks stand behind a header of 40 bytes and in larger ones; null where there are none
     * @param height negative where the top row is stored first
     * @param pixels in the order they are stored
     */
    private static byte[] bmp(int bits, int headerBytes, int compression, int[] masks, int height, int... pixels) {
        int behind = headerBytes > 40 || masks == null ? 0 : compression == ALPHABITFIELDS ? 16 : 12;
        int dataAt = 14 + headerBytes + behind;
        int rowBytes = (2 * bits + 31) / 32 * 4;
        ByteBuffer file =
                ByteBuffer.allocate(dataAt + rowBytes * Math.abs(height)).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(dataAt);
        file.putInt(headerBytes).putInt(2).putInt(height).putShort((short) 1).putShort((short) bits);
        file.putInt(compression);
        file.position(54);
        for (int i = 0; masks != null && i < 4 && file.position() + 4 <= dataAt; i++) {
            file.putInt(masks[i]);
        }
        for (int i = 0; i < pixels.length; i++) {
            int at = dataAt + i / 2 * rowBytes + i % 2 * (bits / 8);
            for (int part = 0; part < bits / 8; part++) {
                file.put(at + part, (byte) (pixels[i] >> (8 * part)));
            }
        }
        return file.array();
    }

    private static int[] pixel(Picture picture, int x) {
        var bytes = picture.bgr().ptr(0, x);
        return new int[] {bytes.get(0) & 0xFF, bytes.get(1) & 0xFF, bytes.get(2) & 0xFF};
    }
}
