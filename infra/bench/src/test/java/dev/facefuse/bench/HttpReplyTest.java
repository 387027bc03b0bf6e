package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReplyTest {
    @Test
    void endsWhereItsLengthSays() throws IOException {
        ByteArrayInputStream in =
                stream("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 4\n\nbodyHTTP/1.1 100 Continue\n\n");
        HttpReply reply = HttpReply.read(in);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("content-type")).isEqualTo("image/png");
        assertThat(reply.text()).isEqualTo("body");
        assertThat(reply.keepsAlive()).isTrue();
        HttpReply next = HttpReply.read(in);
        assertThat(next.status()).isEqualTo(100);
        assertThat(next.keepsAlive()).isTrue();
    }

    @Test
    void endsWithItsLastChunk() throws IOException {
        ByteArrayInputStream in =
                stream("HTTP/1.1 429 \nTransfer-Encoding: chunked\nConnection: close\n\nA\n0123456789\n2\nab\n0\n\n");
        HttpReply reply = HttpReply.read(in);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.text()).isEqualTo("0123456789ab");
        assertThat(reply.keepsAlive()).isFalse();
        assertThat(in.available()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\n",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\nabc",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nab",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n"
            })
    void isLostIfTheStreamEndsBefore(String text) {
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> HttpReply.read(stream(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>\n\n", "SSH-2.0\n", "HTTP/1.1 200 OK\nno header\n\n"})
    void refusesEverythingElse(String text) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HttpReply.read(stream(text)))
                .withMessageStartingWith("Not a ");
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
}
