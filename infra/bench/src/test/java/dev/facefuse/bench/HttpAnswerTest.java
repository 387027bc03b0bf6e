package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpAnswerTest {
    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void endsWhereItsLengthSays() throws IOException {
        ByteArrayInputStream in = stream("HTTP/1.1 200 \nContent-Length: 4\n\nbodyHTTP/1.1 100 Continue\n\n");
        assertThat(HttpAnswer.read(in)).isEqualTo(new HttpAnswer(200, true));
        assertThat(HttpAnswer.read(in)).isEqualTo(new HttpAnswer(100, true));
    }

    @Test
    void endsWithItsLastChunk() throws IOException {
        ByteArrayInputStream in =
                stream("HTTP/1.1 429 \nTransfer-Encoding: chunked\nConnection: close\n\nA\n0123456789\n2\nab\n0\n\n");
        assertThat(HttpAnswer.read(in)).isEqualTo(new HttpAnswer(429, false));
        assertThat(in.available()).isZero();
    }

    @Test
    void isLostIfItBreaksOff() {
        assertThatIOException().isThrownBy(() -> HttpAnswer.read(stream("HTTP/1.1 200 \nContent-Length: 4\n\nbod")));
        assertThatIOException().isThrownBy(() -> HttpAnswer.read(stream("")));
        assertThatIOException().isThrownBy(() -> HttpAnswer.read(stream("SSH-2.0\n")));
    }
}
