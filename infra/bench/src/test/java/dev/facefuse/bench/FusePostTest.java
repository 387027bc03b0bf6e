package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.facefuse.bench.FusePost.Upload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FusePostTest {
    private static final byte[] TEMPLATE = "a template".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] USER = "a user".getBytes(StandardCharsets.US_ASCII);

    private final List<String> bodies = new ArrayList<>();
    private HttpServer server;
    private int status = HttpReply.OK;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/fuse", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void sendsBothPicturesAgainAndAgain(Upload upload) throws IOException {
        FusePost post = FusePost.of(TEMPLATE, USER, upload);
        try (HttpConnection connection = HttpConnection.to(server.getAddress().getPort())) {
            for (int i = 0; i < 2; i++) {
                HttpReply reply = post.exchange(connection);
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.keepsAlive()).isTrue();
            }
        }
        assertThat(bodies).hasSize(2).allSatisfy(body -> assertThat(body.lines())
                .containsExactly(
                        "--x",
                        "Content-Disposition: form-data; name=\"template\"; filename=\"template\"",
                        "",
                        "a template",
                        "--x",
                        "Content-Disposition: form-data; name=\"user\"; filename=\"user\"",
                        "",
                        "a user",
                        "--x--"));
    }

    @Test
    void tellsARefusal() throws IOException {
        status = HttpReply.BUSY;
        try (HttpConnection connection = HttpConnection.to(server.getAddress().getPort())) {
            assertThat(FusePost.of(TEMPLATE, USER, Upload.UNASKED)
                            .exchange(connection)
                            .status())
                    .isEqualTo(429);
        }
    }
}
