package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Await;
import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send or read slowly, and bodies that are rejected, over HTTP. Tomcat's own time-out between two reads is too long to help. */
@Timeout(60)
class SlowClientsHttpTest {
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final int LARGE_BYTES = 20_000_000;
    private static final String LARGE_FILE = "/samples/astronaut.png";
    private static final String TOKEN = "0123456789abcdef";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<Socket> open = new ArrayList<>();
    private final FakeEngine engine = new FakeEngine();
    private HttpServer server;

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/fuse, application/json, Content-Length: 5000",
        "/fuse, application/json, Transfer-Encoding: chunked",
        "/fuse, multipart/form-data; boundary=x, Content-Length: 5000",
        "/fuse, multipart/form-data; boundary=x, Transfer-Encoding: chunked",
        "/faces, application/json, Content-Length: 1",
        "/faces, multipart/form-data; boundary=x, Transfer-Encoding: chunked",
        "/events, application/json, Content-Length: 5000",
        "/events, application/json, Transfer-Encoding: chunked",
        "/invoke, application/json, Content-Length: 5000"
    })
    void aLateBodyGets408AndFreesItsSlot(String path, String type, String length) throws Exception {
        start(Map.of("facefuse.http.body-timeout", "1s", "facefuse.open-requests", 1));
        Socket slow = send("POST " + path + " HTTP/1.1", "Content-Type: " + type, length);
        String answer = rest(slow);
        assertThat(answer).startsWith("HTTP/1.1 408").contains("\"code\":\"request-timeout\"");
        assertThat(answer).containsIgnoringCase("Connection: close");
        assertThat(engine.reservedBytes.get()).isZero();
        assertThat(fuse().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"P", "POST /fuse", "POST /fuse HTTP/1.1\r\nHost: localhost\r\nX-", "GET / HTTP/1.1\r\n\r\nGET /a"
            })
    void closesAConnectionWhoseHeadTakesTooLong(String head) throws Exception {
        start(Map.of("facefuse.http.body-timeout", "1s"));
        Socket slow = new Socket("localhost", server.port());
        open.add(slow);
        slow.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        Await.until("the connection is closed", () -> isClosed(slow, 'a'));
    }

    @Test
    void allowsABodyMoreTimeThanAHead() throws Exception {
        start(Map.of("facefuse.http.body-timeout", "1s", "facefuse.http.min-body-rate", 0));
        Socket late = send("GET /");
        Socket body = send("POST /fuse HTTP/1.1", "Content-Type: application/json", "Content-Length: 5000");
        Await.until("a late head is cut", () -> isClosed(late, 'a'));
        assertThat(rest(body)).startsWith("HTTP/1.1 408");
    }

    @Test
    void cutsOffABodyBelowTheRate() throws Exception {
        start(Map.of("facefuse.http.body-timeout", "6s", "facefuse.http.min-body-rate", "1GB"));
        Socket slow = send("POST /fuse HTTP/1.1", "Content-Type: application/json", "Content-Length: 5000");
        slow.getOutputStream().write('{');
        assertThat(rest(slow)).startsWith("HTTP/1.1 408");
    }

    @Test
    void aClientThatDisconnectsDuringItsBodyFreesItsSlot() throws Exception {
        start(Map.of(
                "facefuse.http.body-timeout", "10m", "facefuse.open-requests", 1, "facefuse.http.min-body-rate", 0));
        send("POST /fuse HTTP/1.1", "Content-Type: application/json", "Content-Length: 5000")
                .close();
        HttpResponse<String> answer = fuse();
        while (answer.statusCode() == 429) { // The server has not seen the end of the connection yet.
            answer = fuse();
        }
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/fuse, Content-Length: 5000, 10000",
        "/fuse, Transfer-Encoding: chunked, 179000000",
        "/faces, Content-Length: 5000, 10000",
        "/events, Transfer-Encoding: chunked, 2097152",
        "/invoke, Content-Length: 5000, 10000"
    })
    void memoryIsReservedBeforeABodyIsRead(String path, String length, long bytes) throws Exception {
        start(Map.of("facefuse.http.body-timeout", "10m", "facefuse.http.min-body-rate", 0));
        Socket slow =
                send("POST " + path + " HTTP/1.1", "Content-Type: application/json", length, "Expect: 100-continue");
        assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 100");
        assertThat(engine.reservedBytes.get()).isBetween(bytes, bytes + bytes / 100);
        slow.close();
        Await.until("the memory is released", () -> engine.reservedBytes.get() == 0);
    }

    @ParameterizedTest
    @CsvSource({"/fuse, 429", "/faces, 429", "/events, 503"})
    void doesNotAskForABodyWithoutMemoryForIt(String path, int status) throws Exception {
        start(Map.of("facefuse.open-requests", 1));
        engine.reservation = FuseException.busy("No memory", Duration.ofSeconds(3));
        Socket refused = send(
                "POST " + path + " HTTP/1.1",
                "Content-Type: application/json",
                "Content-Length: 5000",
                "Expect: 100-continue");
        assertThat(rest(refused)).startsWith("HTTP/1.1 " + status).contains("Retry-After: 3");
        engine.reservation = null;
        assertThat(fuse().statusCode()).isEqualTo(200);
    }

    @Test
    void aBodysMemoryIsReleasedWhenItsPicturesAreDecoded() throws Exception {
        start(Map.of());
        AtomicLong reserved = new AtomicLong(-1);
        engine.then = result -> {
            reserved.set(engine.reservedBytes.get());
            return result;
        };
        assertThat(fuse().statusCode()).isEqualTo(200);
        assertThat(reserved).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /fuse, text/plain",
        "PUT, /fuse, application/json",
        "GET, /fuse, application/json",
        "POST, /nothing, application/json",
        "GET, /, application/json",
        "POST, /, application/x-www-form-urlencoded",
        "GET, /actuator/health/liveness, application/json",
        "POST, /actuator/health, application/json",
        "GET, /actuator/prometheus, application/json",
        "TRACE, /fuse, application/json",
        "OPTIONS, *, application/json",
        "DELETE, /error, application/json",
        "BREW, /faces, multipart/form-data; boundary=x"
    })
    void noWorkerReadsARejectedBody(String method, String path, String type) throws Exception {
        start(Map.of());
        for (int i = 0; i < 45; i++) { // More than there are workers.
            send(
                    method + " " + path + " HTTP/1.1",
                    "Content-Type: " + type,
                    i % 3 == 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + (i % 3 == 1 ? 3 : 80_000_000));
        }
        for (Socket socket : open) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void noWorkerReadsABodyWhoseTokenIsMissing() throws Exception {
        start(Map.of("facefuse.access.tokens", TOKEN));
        for (int i = 0; i < 45; i++) {
            send("POST /fuse HTTP/1.1", "Content-Type: application/json", "Content-Length: 80000000");
        }
        for (Socket socket : open) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "POST /fuse HTTP/1.1, text/plain, 415",
        "PUT /fuse HTTP/1.1, application/json, 405",
        "POST /fuse HTTP/1.0, text/plain, 415",
        "POST /nothing HTTP/1.1, application/json, 404",
        "POST /events HTTP/1.1, application/json, 413",
        "GET /actuator/health HTTP/1.1, application/json, 200",
        "GET / HTTP/1.1, application/json, 200"
    })
    void aClientThatReadsAfterSendingEverythingGetsItsResponse(String line, String type, int status) throws Exception {
        start(Map.of());
        Socket socket = send(line, "Content-Type: " + type, "Content-Length: 5000000");
        socket.getOutputStream().write(new byte[5_000_000]);
        assertThat(rest(socket)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void rejectingABodyThatHasArrivedKeepsTheConnection() throws Exception {
        start(Map.of());
        Socket socket = send("POST /nothing HTTP/1.1", "Content-Length: 2", "X: y");
        socket.getOutputStream().write("{}".getBytes(StandardCharsets.ISO_8859_1));
        HttpResponse<String> other = get("/"); // Whatever happened to the first.
        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 404");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-1\r\n", "fffffffffffffffff\r\n"})
    void wrongFramingIsABadRequest(String chunk) throws Exception {
        start(Map.of("facefuse.open-requests", 1));
        Socket socket = send("POST /fuse HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked");
        socket.getOutputStream().write(chunk.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(rest(socket)).startsWith("HTTP/1.1 400");
        assertThat(fuse().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "application/json", "text/event-stream"})
    void resetsAClientThatDoesNotReadItsPictureAndFreesItsSlot(String accept) throws Exception {
        start(Map.of("facefuse.http.response-timeout", "1s", "facefuse.open-requests", 1));
        CountDownLatch fused = new CountDownLatch(1);
        engine.then = result -> {
            fused.countDown();
            return large(result);
        };
        Socket slow = unread("POST /fuse HTTP/1.1", accept, INPUT);
        fused.await();
        engine.then = UnaryOperator.identity();
        Await.until("the place is free", () -> fuseStatus() == 200);
        assertThat(engine.reservedBytes.get()).isZero();
        Await.until("the connection is closed", () -> isClosed(slow));
    }

    /** In a separate thread: if the server does not reset the connection, the test's own write blocks, and no interrupt ends it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void resetsAClientThatReadsNoneOfManyPages() throws Exception {
        start(Map.of("facefuse.http.response-timeout", "1s"));
        Socket slow = unread(
                ("GET " + LARGE_FILE + " HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(99) + "GET / HTTP/1.1",
                "*/*",
                "");
        Await.until("the connection is closed", () -> isClosed(slow));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "application/json", "text/event-stream"})
    void aClientThatReadsInSmallPiecesGetsItsWholePicture(String accept) throws Exception {
        start(Map.of("facefuse.http.response-timeout", "10m"));
        engine.then = SlowClientsHttpTest::large;
        Socket slow = unread("POST /fuse HTTP/1.1", accept, INPUT, "Connection: close");
        byte[] bit = new byte[1000];
        long read = 0;
        for (int count = 0; count >= 0; count = slow.getInputStream().read(bit)) {
            read += count;
        }
        assertThat(read).isGreaterThan(LARGE_BYTES);
    }

    @Test
    void theShutdownCutsOffArrivingBodies() throws Exception {
        start(Map.of("facefuse.http.body-timeout", "10m", "facefuse.http.min-body-rate", 0));
        Socket accepted = send(
                "POST /fuse HTTP/1.1",
                "Content-Type: application/json",
                "Content-Length: 5000",
                "Expect: 100-continue");
        assertThat(new String(accepted.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 100");
        Socket refused = send("POST /nothing HTTP/1.1", "Content-Length: 5000");
        assertThat(new String(refused.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 404");
        server.close();
        assertThat(rest(accepted)).contains("HTTP/1.1 503");
        rest(refused);
    }

    private void start(Map<String, Object> settings) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("server.port", 0);
        all.put("server.tomcat.connection-timeout", "10m");
        all.put("logging.level.root", "OFF");
        all.put("logging.level.dev.facefuse", "OFF");
        server = HttpServer.start(all, engine::open);
    }

    /** The head of a request. */
    private Socket send(String... head) throws IOException {
        Socket socket = new Socket("localhost", server.port());
        open.add(socket);
        String text = head[0] + "\r\nHost: localhost\r\n"
                + String.join("\r\n", List.of(head).subList(1, head.length)) + "\r\n\r\n";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Sends a whole request on a connection with a small receive buffer, for a client that does not read. */
    private Socket unread(String line, String accept, String body, String... headers) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("localhost", server.port()));
        String text = line + "\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " + accept
                + "\r\nContent-Length: " + body.length() + "\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n" + body;
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Whether the server has ended the connection. */
    private static boolean isClosed(Socket socket) {
        return isClosed(socket, '\n');
    }

    private static boolean isClosed(Socket socket, char next) {
        try {
            socket.getOutputStream().write(next);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** More than the system's buffers hold. */
    private static FuseResult large(FuseResult result) {
        return new FuseResult(new byte[LARGE_BYTES], result.format(), result.report());
    }

    private int fuseStatus() {
        try {
            return fuse().statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads until the server closes the connection. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> fuse() throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(uri("/fuse"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INPUT))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.port() + path);
    }
}
