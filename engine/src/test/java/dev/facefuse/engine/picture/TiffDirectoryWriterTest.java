package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TiffDirectoryWriterTest {
    private static final List<ByteOrder> ORDERS = List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);

    private static TiffDirectoryWriter writer(ByteOrder order) {
        TiffDirectoryWriter writer = new TiffDirectoryWriter(order);
        writer.putLongs(300, 1, 0xFFFF_FFFFL);
        writer.putShorts(200, 5);
        writer.put(400, TiffDirectory.TYPE_ASCII, new byte[] {'a', 'b', 'c', 'd', 0});
        writer.putRational(100, 72, 1);
        writer.put(250, TiffDirectory.TYPE_ASCII, new byte[] {'x'});
        return writer;
    }

    private static void assertWritten(TiffDirectory read, ByteOrder order) {
        assertThat(read.order()).isEqualTo(order);
        assertThat(read.tags()).containsExactly(100, 200, 250, 300, 400);
        assertThat(read.number(200, 0)).isEqualTo(5);
        assertThat(read.count(300)).isEqualTo(2);
        assertThat(read.number(300, 1, -1)).isEqualTo(0xFFFF_FFFFL);
        assertThat(read.values(400).copy()).containsExactly('a', 'b', 'c', 'd', 0);
        assertThat(read.values(250).copy()).containsExactly('x');
        assertThat(read.values(100).i32(0)).isEqualTo(72);
    }

    @Test
    void aBlockIsReadAsItWasWritten() {
        for (ByteOrder order : ORDERS) {
            byte[] block = writer(order).block();
            assertWritten(TiffDirectory.read(block), order);
            assertThat(TiffDirectoryWriter.of(TiffDirectory.read(block)).block())
                    .isEqualTo(block);
        }
    }

    @Test
    void anAppendedDirectoryIsTheFirstAndStandsAtAnEvenPosition() {
        for (ByteOrder order : ORDERS) {
            byte[] odd = Arrays.copyOf(new TiffDirectoryWriter(order).block(), 21);
            byte[] appended = writer(order).appendTo(odd);
            assertThat(ByteBuffer.wrap(appended).order(order).getInt(4)).isEqualTo(22);
            assertWritten(TiffDirectory.read(appended), order);
        }
    }

    @Test
    void theLastValueOfATagCounts() {
        TiffDirectoryWriter writer = writer(ByteOrder.BIG_ENDIAN);
        writer.putShorts(200, 6);
        assertThat(TiffDirectory.read(writer.block()).number(200, 0)).isEqualTo(6);
    }
}
