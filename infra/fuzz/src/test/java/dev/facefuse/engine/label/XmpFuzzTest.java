package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import java.util.Map;

/** The properties that are kept of an XMP packet are XMP again, and all of them are kept then. */
class XmpFuzzTest {
    /** The JDK's parser with its tables, and a copy of the text or two. */
    private static long mostHeapBytes(byte[] packet) {
        return (4 << 20) + 64L * packet.length;
    }

    @FuzzTest
    void isReadAgain(byte[] packet) {
        Heap.assertAtMost(mostHeapBytes(packet), () -> properties(packet));
        String kept = properties(packet);
        assertThat(properties(XmpPacket.of(Map.of(), kept))).isEqualTo(kept);
    }

    /** Empty for what is no XMP: whoever asks leaves it out. */
    private static String properties(byte[] packet) {
        try {
            return XmpReader.properties(packet, XmpKept::keeps);
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_PICTURE);
            return "";
        }
    }
}
