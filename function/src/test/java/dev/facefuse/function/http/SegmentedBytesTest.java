package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentedBytesTest {
    private final SegmentedBytes bytes = new SegmentedBytes();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 300_000})
    void returnsTheAppendedBytes(int length) throws Exception {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        for (int i = 0; i < length; i += 8192) {
            bytes.append(ByteBuffer.wrap(body, i, Math.min(8192, length - i)));
        }
        assertThat(bytes.length()).isEqualTo(length);
        assertThat(bytes.consume().readAllBytes()).isEqualTo(body);
    }

    @Test
    void readsByteByByte() throws Exception {
        bytes.append(ByteBuffer.wrap(new byte[] {1, -1}));
        InputStream in = bytes.consume();
        assertThat(in.read()).isEqualTo(1);
        assertThat(in.available()).isEqualTo(1);
        assertThat(in.read()).isEqualTo(255);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void releasesSegmentsThatHaveBeenRead() throws Exception {
        bytes.append(ByteBuffer.allocate(200_000));
        InputStream in = bytes.consume();
        in.skipNBytes(150_000);
        assertThat(bytes.heldBytes()).isEqualTo(64 << 10);
        in.readAllBytes();
        assertThat(bytes.heldBytes()).isZero();
    }

    @Test
    void holdsNothingAfterItIsCleared() throws Exception {
        bytes.append(ByteBuffer.allocate(200_000));
        bytes.clear();
        assertThat(bytes.heldBytes()).isZero();
        assertThat(bytes.consume().readAllBytes()).isEmpty();
    }
}
