package dev.facefuse.engine.picture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static EncodedBytes file(byte[]... parts) {
        return EncodedBytes.of("file", PictureCorpus.concat(parts), ByteOrder.BIG_ENDIAN);
    }

    private static byte[] riff(String type, int length, String data) {
        ByteBuffer chunk = ByteBuffer.allocate(8 + data.length()).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.put(type.getBytes(ISO_8859_1))
                .putInt(length)
                .put(data.getBytes(ISO_8859_1))
                .array();
    }

    @Test
    void aPngEndsWithIend() {
        byte[] text = PictureCorpus.chunk("tEXt", new byte[] {1, 2, 3});
        PngChunks chunks = new PngChunks(file(new byte[8], text, PictureCorpus.chunk("IEND", new byte[0]), text));
        assertThat(chunks.next()).isTrue();
        assertThat(chunks.is("tEXt")).isTrue();
        assertThat(chunks.isEssential()).isFalse();
        assertThat(chunks.hasValidChecksum()).isTrue();
        assertThat(chunks.data().copy()).containsExactly(1, 2, 3);
        assertThat(chunks.whole().copy()).isEqualTo(text);
        assertThat(chunks.next()).isTrue();
        assertThat(chunks.isEssential()).isTrue();
        assertThat(chunks.next()).isFalse();
        assertThat(chunks.next()).isFalse();
    }

    @Test
    void aPngThatEndsInAChunkIsTruncated() {
        byte[] text = PictureCorpus.chunk("tEXt", new byte[] {1, 2, 3});
        text[3] = 4;
        for (EncodedBytes cut : new EncodedBytes[] {file(new byte[8]), file(new byte[11]), file(new byte[8], text)}) {
            PngChunks chunks = new PngChunks(cut);
            assertThatExceptionOfType(FuseException.class).isThrownBy(chunks::next);
        }
    }

    @Test
    void aChunkOfAWebpIsFilledUpToAnEvenLength() {
        byte[] odd = riff("ALPH", 3, "abc\0");
        byte[] last = riff("XMP ", 1, "d");
        RiffChunks chunks = new RiffChunks(file(riff("RIFF", 4 + 12 + 9, "WEBP"), odd, last));
        assertThat(chunks.next()).isTrue();
        assertThat(chunks.is("ALPH")).isTrue();
        assertThat(chunks.isImage()).isTrue();
        assertThat(chunks.data().copy()).isEqualTo("abc".getBytes(ISO_8859_1));
        assertThat(chunks.whole().copy()).isEqualTo(odd);
        assertThat(chunks.next()).isTrue();
        assertThat(chunks.isImage()).isFalse();
        assertThat(chunks.whole().copy()).isEqualTo(last);
        assertThat(chunks.end()).isEqualTo(12 + 12 + 9);
        assertThat(chunks.next()).isFalse();
    }

    @Test
    void aWebpThatIsShorterThanItDeclaresIsTruncated() {
        RiffChunks chunks = new RiffChunks(file(riff("RIFF", 100, "WEBP"), riff("EXIF", 4, "ab")));
        assertThat(chunks.next()).isTrue();
        assertThatExceptionOfType(FuseException.class).isThrownBy(chunks::requireData);
        assertThatExceptionOfType(FuseException.class).isThrownBy(chunks::requireDeclaredLength);
        assertThat(chunks.next()).isFalse();
    }

    @Test
    void exifOfAWebpMayHaveAName() {
        for (String data : new String[] {"MM", "Exif\0\0MM"}) {
            RiffChunks chunks =
                    new RiffChunks(file(riff("RIFF", 12 + data.length(), "WEBP"), riff("EXIF", data.length(), data)));
            assertThat(chunks.next()).isTrue();
            assertThat(chunks.exif().copy()).isEqualTo("MM".getBytes(ISO_8859_1));
        }
    }
}
