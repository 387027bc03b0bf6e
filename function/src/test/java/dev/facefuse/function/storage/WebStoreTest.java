package dev.facefuse.function.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Web servers of every kind; what must not be asked at all is {@link RequestForgeryTest}'s. */
@Timeout(60)
class WebStoreTest {
    private static final String HOST = "images.example.org";

    @Test
    void readsAndNamesTheHostThatWasAsked() {
        try (StubServer server = new StubServer(exchange -> {
                    exchange.getResponseHeaders().add("ETag", "\"v1\"");
                    StubServer.Answer.bytes(bytes("picture")).to(exchange);
                });
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            StoredObject read = web.read(at(server, "a%20b.jpg?sig=s3cr3t&x=%2F"), 7);
            assertThat(read.bytes()).isEqualTo(bytes("picture"));
            assertThat(read.state().etag()).isEqualTo("v1");
            assertThat(server.requests).containsExactly("GET /a%20b.jpg?sig=s3cr3t&x=%2F");
            assertThat(server.hosts).containsExactly(HOST + ":" + server.port());
        }
    }

    /** The first message of TLS is not encrypted; in it the client says whom it wants. */
    @Test
    void asksForTheHostByNameInTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WebStore web = web(server.getLocalPort(), StorageSettings.Timeouts.DEFAULT)) {
            CompletableFuture<String> hello = CompletableFuture.supplyAsync(() -> firstBytes(server));
            WebLocation place = WebLocation.parse("https://" + HOST + ":" + server.getLocalPort() + "/a.jpg");
            refuses(ErrorCode.TIMEOUT, "cannot be read now", web, place, 10);
            assertThat(hello.get(10, TimeUnit.SECONDS)).contains(HOST);
        }
    }

    private static String firstBytes(ServerSocket server) {
        try (Socket socket = server.accept();
                InputStream in = socket.getInputStream()) {
            byte[] bytes = new byte[1024];
            int count = in.read(bytes);
            return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void followsARedirectThatIsAllowed() {
        try (StubServer server = new StubServer(
                        exchange -> (exchange.getRequestURI().getPath().equals("/old")
                                        ? StubServer.Answer.redirect("/new")
                                        : StubServer.Answer.bytes(bytes("new")))
                                .to(exchange));
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            assertThat(web.read(at(server, "old"), 10).bytes()).isEqualTo(bytes("new"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, STORAGE_NOT_FOUND",
        "401, STORAGE_DENIED",
        "403, STORAGE_DENIED",
        "404, STORAGE_NOT_FOUND",
        "410, STORAGE_NOT_FOUND",
        "204, STORAGE_NOT_FOUND",
        "429, TIMEOUT",
        "500, TIMEOUT",
        "503, TIMEOUT"
    })
    void namesWhatTheServerSays(int status, ErrorCode code) {
        try (StubServer server = new StubServer(StubServer.Answer.status(status));
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            refuses(code, "its server answers " + status, web, at(server, "a?sig=s3cr3t"), 10);
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void anEndlessBodyEndsAtTheLimit() {
        try (StubServer server = new StubServer(StubServer.Answer.endless());
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            refuses(ErrorCode.PICTURE_TOO_LARGE, "has more than 1 MiB", web, at(server, "a"), 1 << 20);
        }
    }

    @Test
    void aRedirectsBodyIsNotWaitedFor() {
        try (StubServer server = new StubServer(exchange -> {
                    if (exchange.getRequestURI().getPath().equals("/old")) {
                        exchange.getResponseHeaders().add("Location", "/new");
                        exchange.sendResponseHeaders(302, 0);
                        StubServer.Answer.pour(exchange);
                    }
                    StubServer.Answer.bytes(bytes("new")).to(exchange);
                });
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            assertThat(web.read(at(server, "old"), 10).bytes()).isEqualTo(bytes("new"));
        }
    }

    @Test
    void everyRequestGivesItsConnectionBack() {
        try (StubServer server = new StubServer(
                        exchange -> (exchange.getRequestURI().getPath().equals("/endless")
                                        ? StubServer.Answer.endless()
                                        : StubServer.Answer.status(404))
                                .to(exchange));
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            for (int i = 0; i < 12; i++) {
                refuses(ErrorCode.STORAGE_NOT_FOUND, "answers 404", web, at(server, "a"), 10);
                refuses(ErrorCode.PICTURE_TOO_LARGE, "has more than", web, at(server, "endless"), 10);
            }
        }
    }

    @Test
    void aDeclaredLengthIsBelieved() {
        try (StubServer server = new StubServer(StubServer.Answer.truncated(10L << 30, bytes("never mind")));
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            refuses(ErrorCode.PICTURE_TOO_LARGE, "has more than 1 MiB", web, at(server, "a"), 1 << 20);
        }
    }

    @Test
    void aBodyThatEndsTooEarlyIsNoPicture() {
        try (StubServer server = new StubServer(StubServer.Answer.truncated(10, bytes("half")));
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            refuses(ErrorCode.TIMEOUT, "cannot be read now", web, at(server, "a"), 100);
        }
    }

    @Test
    void whatIsCompressedStaysSo() {
        try (StubServer server = new StubServer(exchange -> {
                    assertThat(exchange.getRequestHeaders().get("Accept-Encoding"))
                            .isNull();
                    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                    StubServer.Answer.bytes(bytes("bomb")).to(exchange);
                });
                WebStore web = web(server.port(), StorageSettings.Timeouts.DEFAULT)) {
            assertThat(web.read(at(server, "a"), 10).bytes()).isEqualTo(bytes("bomb"));
        }
    }

    @Test
    void aServerThatDripsIsLeft() {
        CountDownLatch end = new CountDownLatch(1);
        StorageSettings.Timeouts patience =
                new StorageSettings.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMillis(500), 1);
        try (StubServer server = new StubServer(exchange -> {
                    exchange.sendResponseHeaders(200, 10);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    await(end);
                });
                WebStore web = web(server.port(), patience)) {
            refuses(ErrorCode.TIMEOUT, "no whole answer in time", web, at(server, "a"), 100);
            end.countDown();
        }
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static WebStore web(int port, StorageSettings.Timeouts patience) {
        AllowedPrefixes places = AllowedPrefixes.of(
                "facefuse.storage.read",
                List.of("http://" + HOST + ":" + port + "/", "https://" + HOST + ":" + port + "/"));
        return new WebStore(
                places,
                patience,
                host -> InetAddress.getAllByName(host.equals(HOST) ? "127.0.0.1" : "10.0.0.1"),
                InetAddress::isLoopbackAddress);
    }

    private static WebLocation at(StubServer server, String path) {
        return WebLocation.parse("http://" + HOST + ":" + server.port() + "/" + path);
    }

    private static void refuses(ErrorCode code, String says, WebStore web, WebLocation place, long maxBytes) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> web.read(place, maxBytes))
                .withMessageContaining(says)
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.getMessage()).doesNotContain("s3cr3t").endsWith(".");
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
