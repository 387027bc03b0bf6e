package dev.facefuse.engine.picture;

import static dev.facefuse.engine.problem.ErrorCode.BAD_PICTURE;
import static dev.facefuse.engine.problem.ErrorCode.UNSUPPORTED_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteOrder;
import java.util.Base64;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files that would make their decoder take far more memory than their header says are rejected, or counted in full. */
class MisstatedSizeTest {
    private static final int TILE = 16_000;

    /** 8000×8000, three components without subsampling, one scan with one component. */
    private static final String JPEG_WITH_ONE_COMPONENT_SCANNED =
            "/9j/2wBDABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"
                    + "EBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBD/xAAUAAEAAAAAAAAAAAAAAAAAAAAA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/A"
                    + "ABEIH0AfQAMBEQACEQADEQD/2gAIAQEAAD8AAAAAAAAAAAAAAAAAAAAAAP/Z";

    @Test
    void countsCoefficientsWhenTheFirstScanLacksAComponent() {
        byte[] jpeg = Base64.getDecoder().decode(JPEG_WITH_ONE_COMPONENT_SCANNED);

        assertThat(PictureHeader.read(jpeg, PictureLimits.DEFAULT).decoderBytes())
                .isEqualTo(2L * 3 * 8000 * 8000);
    }

    @Test
    void refusesAJpegScanOfMoreComponentsThanThePictureHas() {
        byte[] jpeg = Base64.getDecoder().decode(JPEG_WITH_ONE_COMPONENT_SCANNED);
        int scan = PictureCorpus.indexOf(jpeg, new byte[] {(byte) 0xFF, (byte) 0xDA});
        jpeg[scan + 4] = 4;

        assertRefused(jpeg, "a scan makes no sense");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                TiffBuilder.SIGNED_LONG,
                TiffBuilder.LONG8,
                TiffBuilder.SIGNED_LONG8,
                TiffBuilder.SIGNED_SHORT,
                TiffBuilder.SIGNED_BYTE,
                TiffBuilder.RATIONAL,
                TiffBuilder.FLOAT,
                TiffBuilder.DOUBLE,
                TiffBuilder.IFD,
                TiffBuilder.IFD8
            })
    void refusesATileSizeOfAnotherType(int type) {
        assertRefused(tiled(type, TILE, type, TILE), "unknown type");
    }

    @Test
    void countsALargeTileOfASmallPicture() {
        byte[] tiff = tiled(TiffBuilder.LONG, 4000, TiffBuilder.SHORT, 3000);

        PictureHeader header = PictureHeader.read(tiff, PictureLimits.DEFAULT);
        assertThat(new PictureMemory(header, tiff.length, DecodeSize.full()).decodingBytes())
                .isGreaterThanOrEqualTo((4 + 1) * 4000L * 3000);
    }

    @Test
    void refusesATileSizeOfTwoValues() {
        byte[] tiff = strips(TiffBuilder.grey(8, 8).tag(TiffDirectory.TILE_WIDTH, TiffBuilder.SHORT, 16, TILE));

        assertRefused(tiff, "instead of one");
    }

    @Test
    void refusesATileWithoutALength() {
        assertRefused(
                strips(TiffBuilder.grey(8, 8).tag(TiffDirectory.TILE_WIDTH, TiffBuilder.LONG, 16)),
                "tag 323 is missing");
    }

    @Test
    void refusesFewerStripsThanThePictureNeeds() {
        byte[] tiff = strips(TiffBuilder.grey(8, 8).tag(TiffDirectory.ROWS_PER_STRIP, TiffBuilder.SHORT, 4));

        assertRefused(tiff, "missing");
    }

    /** libtiff reads tag by tag what the file says; OpenCV allocates a strip of the declared height. */
    @Test
    void takesNoMoreRowsThanThePictureHas() {
        byte[] tiff = strips(TiffBuilder.grey(8, 8).tag(TiffDirectory.ROWS_PER_STRIP, TiffBuilder.LONG, 1 << 24));

        assertThat(PictureHeader.read(tiff, PictureLimits.DEFAULT).decoderBytes())
                .isLessThan(4000);
        try (Picture picture = new PictureReader(PictureLimits.DEFAULT).read(tiff, DecodeSize.full())) {
            assertThat(picture.height()).isEqualTo(8);
        }
    }

    /** libtiff would keep a copy of the same bytes for each tag that it does not know. */
    @Test
    void leavesOutTagsThatPixelsDoNotNeed() {
        TiffBuilder tiff = TiffBuilder.grey(8, 8);
        for (int tag = 40_000; tag < 40_500; tag++) {
            tiff.reference(tag, TiffBuilder.BYTE, 64, 8);
        }

        byte[] bytes = strips(tiff);
        try (Picture picture = new PictureReader(PictureLimits.DEFAULT).read(bytes, DecodeSize.full());
                BytePointer copy = DecoderInput.of(PictureFormat.TIFF, bytes)) {
            assertThat(picture.width()).isEqualTo(8);
            assertThat(copy.limit()).isLessThan(bytes.length + 300L);
            byte[] written = new byte[(int) copy.limit()];
            copy.get(written);
            assertThat(TiffDirectory.read(EncodedBytes.of("TIFF", written, ByteOrder.BIG_ENDIAN))
                            .tags())
                    .hasSizeLessThan(12)
                    .doesNotContain(40_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 32_766, 32_809, 34_676, 34_925, 50_000, 50_001, 34_887, 0})
    void refusesCompressionsWhoseMemoryIsUnknown(int compression) {
        byte[] tiff = strips(new TiffBuilder(ByteOrder.BIG_ENDIAN)
                .tag(TiffDirectory.IMAGE_WIDTH, TiffBuilder.SHORT, 8)
                .tag(TiffDirectory.IMAGE_LENGTH, TiffBuilder.SHORT, 8)
                .tag(TiffDirectory.BITS_PER_SAMPLE, TiffBuilder.SHORT, 8)
                .tag(TiffDirectory.COMPRESSION, TiffBuilder.SHORT, compression)
                .tag(TiffDirectory.PHOTOMETRIC, TiffBuilder.SHORT, 1));

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(tiff, PictureLimits.DEFAULT))
                .withMessageContaining("compressed")
                .extracting(FuseException::code)
                .isEqualTo(UNSUPPORTED_FORMAT);
    }

    /** Ten bits a code, 300 KB in all; libwebp unpacks each group to at least five tables of 256 entries. */
    @Test
    void countsGroupsOfCodesOfALosslessWebp() {
        byte[] webp = UnusualWebp.withGroups(1024);

        assertThat(PictureHeader.read(webp, PictureLimits.DEFAULT).decoderBytes())
                .isGreaterThan(65_536L * 5 * 256 * 4);
    }

    @Test
    void countsAlphaOfALossyWebp() {
        long pixels = 200 * 200;

        assertThat(PictureHeader.read(UnusualWebp.withAlpha(200, 200, 0), PictureLimits.DEFAULT)
                        .decoderBytes())
                .isEqualTo(pixels);
        assertThat(PictureHeader.read(UnusualWebp.withAlpha(200, 200, 1), PictureLimits.DEFAULT)
                        .decoderBytes())
                .isGreaterThanOrEqualTo(5 * pixels);
    }

    @Test
    void refusesAWebpWhoseCanvasHasAnotherSize() {
        assertRefused(UnusualWebp.withAlpha(200, 201, 0), "two sizes");
    }

    @Test
    void refusesAWebpWhoseAlphaHasAnUnknownMethod() {
        assertRefused(UnusualWebp.withAlpha(200, 200, 2), "alpha makes no sense");
    }

    @Test
    void leavesOutMetadataOfAWebp() {
        byte[] webp = UnusualWebp.withAlpha(200, 200, 1);

        try (BytePointer copy = DecoderInput.of(PictureFormat.WEBP, webp);
                Picture picture = new PictureReader(PictureLimits.DEFAULT).read(webp, DecodeSize.full())) {
            assertThat(copy.limit()).isEqualTo(webp.length - 1008L);
            assertThat(picture.width()).isEqualTo(200);
        }
    }

    @Test
    void leavesOutMetadataOfAJpeg() {
        byte[] jpeg = PictureCorpus.withOrientation(PictureCorpus.corners(PictureFormat.JPEG), 6);
        byte[] plain = PictureCorpus.corners(PictureFormat.JPEG);

        try (BytePointer copy = DecoderInput.of(PictureFormat.JPEG, PictureCorpus.concat(jpeg, new byte[500]))) {
            byte[] kept = new byte[(int) copy.limit()];
            copy.get(kept);
            assertThat(kept).isEqualTo(plain);
        }
    }

    /** OpenCV copies the first IDAT and the C heap keeps the copy. */
    @Test
    void givesOpenCvAnEmptyFirstIdat() {
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);

        try (BytePointer copy = DecoderInput.of(PictureFormat.PNG, png)) {
            byte[] written = new byte[(int) copy.limit()];
            copy.get(written);
            int data = PictureCorpus.indexOf(written, PictureCorpus.bytes("IDAT"));
            assertThat(written[data - 1] | written[data - 2] | written[data - 3])
                    .isZero();
        }
    }

    @Test
    void refusesPngChunksThatOpenCvWouldKeep() {
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        byte[] palette = PictureCorpus.chunk("PLTE", new byte[6]);

        assertRefused(
                PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("PLTE", new byte[769])), "palette is too long");
        assertRefused(PictureCorpus.afterPngHeader(png, PictureCorpus.concat(palette, palette)), "it has two palettes");
    }

    @Test
    void refusesATiffWithDifferentBitsInItsChannels() {
        byte[] tiff = strips(new TiffBuilder(ByteOrder.LITTLE_ENDIAN)
                .tag(TiffDirectory.IMAGE_WIDTH, TiffBuilder.SHORT, 4)
                .tag(TiffDirectory.IMAGE_LENGTH, TiffBuilder.SHORT, 4)
                .tag(TiffDirectory.BITS_PER_SAMPLE, TiffBuilder.SHORT, 8, 8, 16)
                .tag(TiffDirectory.PHOTOMETRIC, TiffBuilder.SHORT, 2)
                .tag(TiffDirectory.SAMPLES_PER_PIXEL, TiffBuilder.SHORT, 3));

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(tiff, PictureLimits.DEFAULT))
                .withMessageContaining("different numbers of bits");
    }

    private static byte[] tiled(int widthType, int width, int lengthType, int length) {
        TiffBuilder tiff = TiffBuilder.grey(512, 512)
                .tag(TiffDirectory.TILE_WIDTH, widthType, width)
                .tag(TiffDirectory.TILE_LENGTH, lengthType, length);
        int at = tiff.data(new byte[64]);
        return tiff.tag(TiffDirectory.TILE_OFFSETS, TiffBuilder.LONG, at)
                .tag(TiffDirectory.TILE_BYTE_COUNTS, TiffBuilder.LONG, 64)
                .build();
    }

    private static byte[] strips(TiffBuilder tiff) {
        int at = tiff.data(new byte[64]);
        return tiff.tag(TiffDirectory.STRIP_OFFSETS, TiffBuilder.LONG, at)
                .tag(TiffDirectory.STRIP_BYTE_COUNTS, TiffBuilder.LONG, 64)
                .build();
    }

    private static void assertRefused(byte[] bytes, String says) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> PictureHeader.read(bytes, PictureLimits.DEFAULT))
                .withMessageContaining(says)
                .extracting(FuseException::code)
                .isEqualTo(BAD_PICTURE);
    }
}
