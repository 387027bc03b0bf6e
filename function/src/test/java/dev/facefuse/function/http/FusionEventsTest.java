package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Server-sent events of a fusion on a real port, with an engine of two stages. */
@Timeout(30)
class FusionEventsTest {
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final String STAGES = """
            event: stage
            data: {"stage":"detect","index":0,"count":2}

            event: stage
            data: {"stage":"warp","index":1,"count":2}

            """;

    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(Map.of("server.port", 0, "logging.level.root", "OFF"), ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        ENGINE.then = UnaryOperator.identity();
        ENGINE.stages = FakeEngine.STAGES;
        ENGINE.room = null;
    }

    @Test
    void streamsStagesThenTheResult() throws Exception {
        HttpResponse<String> response = fuse("text/event-stream");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
        String result = after(response.body(), STAGES + "event: result\ndata: ");
        assertThat(result).endsWith("}\n\n");
        JsonNode output = JsonMapper.shared().readTree(result);
        assertThat(output.get("picture").get("base64").binaryValue()).asString().isEqualTo("t+u");
        assertThat(output.get("report").get("warnings").get(0).asString()).isEqualTo("Größe");
    }

    @Test
    void streamsStagesWhileTheFusionRuns() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        ENGINE.then = result -> {
            await(seen);
            return result;
        };
        HttpResponse<Stream<String>> response =
                CLIENT.send(request("text/event-stream").build(), BodyHandlers.ofLines());
        List<String> events = response.body()
                .filter(line -> line.startsWith("event: "))
                .peek(line -> seen.countDown())
                .toList();
        assertThat(events).containsExactly("event: stage", "event: stage", "event: result");
    }

    @Test
    void errorsBeforeTheFirstStageAreOrdinaryProblems() throws Exception {
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(2));
        HttpResponse<String> busy = fuse("text/event-stream");
        assertThat(busy.statusCode()).isEqualTo(429);
        assertThat(busy.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("2");
        ENGINE.room = null;
        HttpResponse<String> bad = send(request("text/event-stream").POST(BodyPublishers.ofString("{}")));
        assertThat(bad.statusCode()).isEqualTo(400);
    }

    @Test
    void errorsAfterTheFirstStageAreEvents() throws Exception {
        ENGINE.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "No face was found; use another.");
        };
        JsonNode problem = problem(fuse("text/event-stream"));
        assertThat(problem.get("status").asInt()).isEqualTo(422);
        assertThat(problem.get("code").asString()).isEqualTo("no-face");
        assertThat(problem.get("detail").asString()).isEqualTo("No face was found; use another.");
        ENGINE.then = result -> {
            throw new IllegalStateException("A secret");
        };
        assertThat(problem(fuse("text/event-stream")).get("detail").asString()).startsWith("Something went wrong here");
        ENGINE.then = result -> {
            throw new OutOfMemoryError("A secret");
        };
        assertThat(problem(fuse("text/event-stream")).get("code").asString()).isEqualTo("out-of-memory");
    }

    @Test
    void sendsEventsOnlyToClientsThatPreferThem() throws Exception {
        HttpResponse<String> response = fuse("application/json, text/event-stream;q=0.5");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(fuse("text/html").statusCode()).isEqualTo(406);
    }

    /** {@code FuseEngineTest} checks that the real engine then releases everything. */
    @Test
    void disconnectingCancelsTheFusion() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        CompletableFuture<RuntimeException> end = new CompletableFuture<>();
        ENGINE.stages = progress -> {
            try {
                FakeEngine.STAGES.accept(progress); // The client may be gone by the second.
                await(left);
                while (!end.isDone()) { // Until the connection's end has come this far.
                    progress.onStage("warp", 1, 2);
                }
            } catch (RuntimeException e) {
                end.complete(e);
                throw e;
            }
        };
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.getOutputStream().write(head(INPUT.length()).getBytes(StandardCharsets.US_ASCII));
            readUntilStage(socket);
        }
        left.countDown();
        assertThat(end.get(20, TimeUnit.SECONDS))
                .isInstanceOf(FuseException.class)
                .hasMessageContaining("went away");
        ENGINE.stages = FakeEngine.STAGES;
        assertThat(fuse("text/event-stream").statusCode()).isEqualTo(200);
    }

    private static void readUntilStage(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("event: stage") < 0) {
            int c = socket.getInputStream().read();
            assertThat(c).as(read.toString()).isNotNegative();
            read.append((char) c);
        }
    }

    private static String head(int length) {
        return String.join(
                        "\r\n",
                        "POST /fuse HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: application/json",
                        "Accept: text/event-stream",
                        "Content-Length: " + length,
                        "",
                        "")
                + INPUT;
    }

    private static JsonNode problem(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(after(response.body(), STAGES + "event: problem\ndata: "));
    }

    private static String after(String body, String start) {
        assertThat(body).startsWith(start);
        return body.substring(start.length());
    }

    private static HttpResponse<String> fuse(String accept) throws Exception {
        return send(request(accept));
    }

    private static HttpRequest.Builder request(String accept) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(INPUT));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
