package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import java.nio.ByteOrder;

/** What is kept of a block of EXIF fits into a segment, is read again as it was written, and is the same in either byte order. */
class ExifFuzzTest {
    private static final Encoded PICTURE = PictureSeeds.plain(PictureFormat.JPEG);

    /** Sixty kilobytes that are kept, and an object for each entry of the directories. */
    private static long mostHeapBytes(byte[] block) {
        return (512 << 10) + 64L * block.length;
    }

    @FuzzTest
    void isReadAgain(byte[] block) {
        Heap.assertAtMost(mostHeapBytes(block), () -> read(block));
        Exif exif = read(block);
        if (exif == null || exif.isEmpty()) {
            return;
        }
        byte[] kept = exif.block();
        assertThat(kept).hasSizeLessThanOrEqualTo(Exif.MOST_BYTES);
        Exif again = read(kept);
        assertThat(again.damaged()).isFalse();
        assertThat(again.block()).isEqualTo(kept);
        ByteOrder other = exif.order().equals(ByteOrder.BIG_ENDIAN) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        Exif turned = read(exif.in(other).block());
        assertThat(turned.in(exif.order()).block()).isEqualTo(kept);
    }

    private static Exif read(byte[] block) {
        try {
            return Exif.read(EncodedBytes.of("EXIF", block, ByteOrder.BIG_ENDIAN), PICTURE);
        } catch (FuseException e) {
            Refusal.check(e, ErrorCode.BAD_PICTURE);
            return null;
        }
    }
}
