package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class JpegSegmentsTest {
    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static List<Integer> markers(byte[] file) {
        List<Integer> markers = new ArrayList<>();
        JpegSegments segments = new JpegSegments(file);
        while (segments.next()) {
            markers.add(segments.marker());
        }
        return markers;
    }

    @Test
    void skipsParametersStuffedBytesAndFillBytes() {
        assertThat(markers(hex("FFD8 FFE0 0004 FFD9 FFFF FFDA 0002 12FF00 FFFF00 34FF D0 56 FFD9 FF")))
                .containsExactly(0xE0, 0xDA, 0xD0, 0xD9);
        assertThat(markers(hex("FFD8"))).isEmpty();
        assertThat(markers(hex("FFD8 FF"))).isEmpty();
    }

    @Test
    void aSegmentBeginsWithItsFillBytesAndEndsWithItsData() {
        JpegSegments segments = new JpegSegments(hex("FFD8 00 FFFF FFE1 0004 1234 FFD9"));
        assertThat(segments.next()).isTrue();
        assertThat(segments.start()).isEqualTo(3);
        assertThat(segments.dataAt()).isEqualTo(9);
        assertThat(segments.dataLength()).isEqualTo(2);
        assertThat(segments.end()).isEqualTo(11);
        assertThat(segments.whole().copy()).isEqualTo(hex("FFFF FFE1 0004 1234"));
    }

    @Test
    void endsBeforeTheFirstScan() {
        JpegSegments segments = new JpegSegments(hex("FFD8 FFE0 0002 FF01 FFD0 FFFE 0002 FFDA 0002 FFE1 0002"));
        assertThat(segments.nextBeforeScan()).isTrue();
        assertThat(segments.nextBeforeScan()).isTrue();
        assertThat(segments.marker()).isEqualTo(JpegSegments.COM);
        assertThat(segments.nextBeforeScan()).isFalse();
        assertThat(segments.start()).isEqualTo(14);
    }

    @Test
    void aSegmentThatTheFileCutsOffIsNotWhole() {
        for (String cut :
                List.of("FFD8 FFE0", "FFD8 FFE0 00", "FFD8 FFE0 0000", "FFD8 FFE0 0001", "FFD8 FFE0 0005 1234")) {
            JpegSegments segments = new JpegSegments(hex(cut));
            assertThat(segments.next()).isTrue();
            assertThat(segments.isWhole()).isFalse();
            assertThatExceptionOfType(FuseException.class).isThrownBy(segments::requireWhole);
            assertThat(segments.next()).isFalse();
        }
    }

    @Test
    void givesTheDataBehindAName() {
        JpegSegments segments = new JpegSegments(hex("FFD8 FFE1 000A 457869660000 1234 FFE1 0004 4578"));
        segments.next();
        assertThat(segments.after(JpegSegments.EXIF_NAME).copy()).isEqualTo(hex("1234"));
        assertThat(segments.after("Adobe")).isNull();
        segments.next();
        assertThat(segments.after(JpegSegments.EXIF_NAME)).isNull();
    }

    @Test
    void givesTheFirstPieceOfAProfileWithEachNumberInOrder() {
        String name = HexFormat.of().formatHex(JpegSegments.PROFILE_NAME.getBytes(ISO_8859_1));
        byte[] file = hex("FFD8 FFE2 0011" + name + "0203 BB FFE2 0011" + name + "0103 AA FFE2 0011" + name
                + "0203 CC FFE2 0010" + name + "0303 FFE2 0003 00 FFDA 0002");
        assertThat(JpegSegments.profile(file)).extracting(EncodedBytes::copy).containsExactly(hex("AA"), hex("BB"));
        assertThat(JpegSegments.profile(PictureCorpus.corners(PictureFormat.JPEG)))
                .isEmpty();
    }
}
