package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.picture.EncodedBytes;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import java.nio.ByteOrder;

/** The artist and the copyright of a block of EXIF fit into a segment and are read again as they were written. */
class ExifFuzzTest {
    private static final int SEGMENT_BYTES = 0xFFFF - 2 - 6;

    /** Two texts, and an object for each entry of the directory. */
    private static long mostHeapBytes(byte[] block) {
        return (256 << 10) + 64L * block.length;
    }

    @FuzzTest
    void isReadAgain(byte[] block) {
        Heap.assertAtMost(mostHeapBytes(block), () -> read(block));
        Attribution attribution = read(block);
        if (attribution.texts().isEmpty()) {
            return;
        }
        byte[] written = attribution.exif();
        assertThat(written).hasSizeLessThanOrEqualTo(SEGMENT_BYTES);
        Attribution again = read(written);
        assertThat(again.damaged()).isFalse();
        assertThat(again.exif()).isEqualTo(written);
    }

    private static Attribution read(byte[] block) {
        try {
            return Attribution.read(EncodedBytes.of("EXIF", block, ByteOrder.BIG_ENDIAN));
        } catch (FuseException e) {
            Refusal.check(e, ErrorCode.BAD_PICTURE);
            return Attribution.NONE;
        }
    }
}
