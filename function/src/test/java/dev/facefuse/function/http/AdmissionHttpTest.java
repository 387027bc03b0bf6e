package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FacesFound;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.ProfiledRun;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.engine.execution.FusionExecutor;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Admission, waiting and rejection over HTTP: the real executor in front of an engine that does nothing. */
@Timeout(60)
class AdmissionHttpTest {
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final String PARTS = """
            --x
            Content-Disposition: form-data; name="template"; filename="t"

            t
            --x
            Content-Disposition: form-data; name="user"; filename="u"

            u
            --x--
            """;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final AdmittingEngine engine = new AdmittingEngine();
    private HttpServer server;

    @AfterEach
    void stop() {
        engine.go.release(1000);
        if (server != null) {
            server.close();
        }
    }

    @Test
    void rejectsASecondFusionWithARetryTime() throws Exception {
        start(Map.of());
        assertThat(engine.settings.admission()).isEqualTo(AdmissionSettings.DEFAULT);
        CompletableFuture<HttpResponse<String>> first = post();
        take(engine.inside, 1);
        assertThat(raw(7_000_000)).startsWith("HTTP/1.1 429"); // Not an answer lost in a reset.
        HttpResponse<String> second = post().get();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(second.headers().firstValue("Content-Length")).isPresent(); // One packet.
        JsonNode problem = JsonMapper.shared().readTree(second.body());
        assertThat(problem.get("code").asString()).isEqualTo("busy");
        assertThat(problem.get("detail").asString()).isEqualTo("Another fusion is under way; try again in a second.");
        assertThat(problem.get("retryAfterSeconds").asLong()).isEqualTo(1);
        engine.go.release();
        assertThat(first.get().statusCode()).isEqualTo(200);
        engine.go.release();
        assertThat(post().get().statusCode()).isEqualTo(200);
    }

    @Test
    void aRejectedClientThatExpects100ContinueSendsNoBody() throws Exception {
        start(Map.of());
        try (Socket admitted = new Socket("localhost", server.port());
                Socket refused = new Socket("localhost", server.port())) {
            BufferedReader answer = offer(admitted);
            assertThat(answer.readLine()).startsWith("HTTP/1.1 100");
            assertThat(answer.readLine()).isEmpty();
            admitted.getOutputStream().write(INPUT.getBytes(StandardCharsets.ISO_8859_1));
            take(engine.inside, 1);
            List<String> refusal = offer(refused).lines().toList(); // To the connection's end.
            assertThat(refusal.get(0)).startsWith("HTTP/1.1 429");
            engine.go.release();
            assertThat(answer.readLine()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aRequestWhoseBodyIsNeverReadHasFreedItsSlotWhenItsResponseArrives() throws Exception {
        start(Map.of("facefuse.open-requests", 1));
        for (int i = 0; i < 50; i++) {
            HttpRequest request = HttpRequest.newBuilder(uri("/fuse"))
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString(INPUT))
                    .build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(415);
        }
    }

    @Test
    void queuesAsManyAsConfiguredAndServesThem() throws Exception {
        start(Map.of("facefuse.admission.queue", 2, "facefuse.admission.max-wait", "30s"));
        assertThat(engine.settings.admission()).isEqualTo(new AdmissionSettings(1, 2, Duration.ofSeconds(30)));
        List<CompletableFuture<HttpResponse<String>>> served = new ArrayList<>();
        served.add(post());
        take(engine.inside, 1);
        for (int i = 0; i < 2; i++) {
            served.add(post());
            take(engine.waits, 1);
        }
        HttpResponse<String> refused = post().get();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("3");
        engine.go.release(3);
        for (CompletableFuture<HttpResponse<String>> answer : served) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void rejectsARequestThatHasWaitedTooLong() throws Exception {
        start(Map.of("facefuse.admission.queue", 1, "facefuse.admission.max-wait", "1ms"));
        CompletableFuture<HttpResponse<String>> first = post();
        take(engine.inside, 1);
        HttpResponse<String> second = post().get();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).contains("No turn came within 0.001s; try again in a second.");
        engine.go.release();
        assertThat(first.get().statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatDisconnectsFreesItsPlaceInTheQueue() throws Exception {
        start(Map.of("facefuse.admission.queue", 1, "facefuse.admission.max-wait", "10m"));
        CompletableFuture<HttpResponse<String>> first = post();
        take(engine.inside, 1);
        for (String type : new String[] {"application/json", "multipart/form-data; boundary=x"}) {
            try (Socket socket = new Socket("localhost", server.port())) {
                send(socket, type);
                take(engine.waits, 1);
            }
            take(engine.refused, 1);
        }
        CompletableFuture<HttpResponse<String>> next = post();
        take(engine.waits, 1);
        engine.go.release(2);
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(next.get().statusCode()).isEqualTo(200);
        assertThat(engine.fused.availablePermits()).isEqualTo(2);
    }

    @Test
    void aPipelinedRequestIsNotADisconnect() throws Exception {
        start(Map.of("facefuse.admission.queue", 1, "facefuse.admission.max-wait", "10m"));
        CompletableFuture<HttpResponse<String>> first = post();
        take(engine.inside, 1);
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.setSoTimeout(20_000);
            send(socket, "application/json");
            take(engine.waits, 1);
            send(socket, "application/json");
            take(engine.asked, 4);
            engine.go.release(3);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (int i = 0; i < 2; i++) {
                String line = answers.readLine();
                while (!line.contains("HTTP/1.1")) {
                    line = answers.readLine();
                }
                assertThat(line).endsWith("HTTP/1.1 200 ");
            }
        }
        assertThat(first.get().statusCode()).isEqualTo(200);
    }

    @Test
    void aFailedFusionReleasesItsPermit() throws Exception {
        start(Map.of());
        engine.go.release(6);
        for (Throwable failure : new Throwable[] {
            new FuseException(ErrorCode.NO_FACE, "None."),
            new IllegalStateException("Defect"),
            new OutOfMemoryError("Heap")
        }) {
            engine.fake.then = result -> sneaky(failure);
            assertThat(post().get().statusCode()).isNotIn(200, 429);
            engine.fake.then = result -> result;
            assertThat(post().get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void rejectsAtOnceAndStaysHealthyWhileManyRequestsAreOpen() throws Exception {
        start(Map.of("facefuse.admission.permits", 40, "facefuse.open-requests", 40));
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            held.add(post());
        }
        take(engine.inside, 40);
        HttpResponse<String> refused = post().get();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("All 40 fusions that run at a time are under way; try again in a second.");
        assertThat(CLIENT.send(
                                HttpRequest.newBuilder(uri("/actuator/health/liveness"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        engine.go.release(40);
        for (CompletableFuture<HttpResponse<String>> answer : held) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | 0s | 0 | admission.permits is 0; it must be between 1 and 64.",
                "1 | 3 | 0s | 0 | admission.queue is 3 but admission.max-wait is 0s, so nobody would wait; set both or none.",
                "1 | 3 | 5s | 3 | facefuse.open-requests is 3; it must be between 4 (facefuse.admission.permits and .queue)"
                        + " and 1024."
            })
    void explainsAnInvalidSetting(int permits, int queue, String maxWait, int openRequests, String sentence) {
        Throwable thrown = catchThrowable(() -> start(Map.of(
                "facefuse.admission.permits",
                permits,
                "facefuse.admission.queue",
                queue,
                "facefuse.admission.max-wait",
                maxWait,
                "facefuse.open-requests",
                openRequests)));
        while (thrown != null && !(thrown instanceof FuseException)) {
            thrown = thrown.getCause();
        }
        assertThat(thrown).hasMessage(sentence);
    }

    private void start(Map<String, Object> settings) {
        Map<String, Object> all = new LinkedHashMap<>(settings);
        all.put("server.port", 0);
        all.put("logging.level.root", "OFF");
        all.put("logging.level.dev.facefuse", "OFF");
        server = HttpServer.start(all, engine::open);
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.port() + path);
    }

    private CompletableFuture<HttpResponse<String>> post() {
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(uri("/fuse"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INPUT))
                        .build(),
                BodyHandlers.ofString());
    }

    /** A request whose body is sent only when it is asked for. */
    private static BufferedReader offer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(String.join(
                                "\r\n",
                                "POST /fuse HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: application/json",
                                "Content-Length: " + INPUT.length(),
                                "Expect: 100-continue",
                                "",
                                "")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void send(Socket socket, String type) throws IOException {
        String body = type.equals("application/json") ? INPUT : PARTS.replace("\n", "\r\n");
        socket.getOutputStream()
                .write(String.join(
                                "\r\n",
                                "POST /fuse HTTP/1.1",
                                "Host: localhost",
                                "Content-Type: " + type,
                                "Content-Length: " + body.length(),
                                "",
                                body)
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The first line of the response to a body of this length, which is sent completely before anything is read. */
    private String raw(int length) throws IOException {
        try (Socket socket = new Socket("localhost", server.port())) {
            String head = "POST /fuse HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[length]);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
        }
    }

    private static void take(Semaphore signals, int count) throws InterruptedException {
        assertThat(signals.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneaky(Throwable throwable) throws E {
        throw (E) throwable;
    }

    /** Admits like the real engine, then does nothing until the test lets it continue. Signals its progress. */
    private static final class AdmittingEngine implements FuseEngine {
        private final FakeEngine fake = new FakeEngine();
        private final Semaphore asked = new Semaphore(0);
        private final Semaphore waits = new Semaphore(0);
        private final Semaphore refused = new Semaphore(0);
        private final Semaphore inside = new Semaphore(0);
        private final Semaphore fused = new Semaphore(0);
        private final Semaphore go = new Semaphore(0);
        private volatile EngineSettings settings;
        private volatile FusionExecutor executor;

        private FuseEngine open(EngineSettings with) {
            settings = with;
            executor = new FusionExecutor(with.admission());
            return this;
        }

        @Override
        public FuseResult fuse(FuseRequest request, RequestContext context) {
            boolean[] before = {false};
            BooleanSupplier cancelled = () -> {
                if (!before[0]) {
                    before[0] = true;
                    waits.release();
                }
                asked.release();
                return context.isCancelled();
            };
            Supplier<FuseResult> work = () -> {
                inside.release();
                go.acquireUninterruptibly();
                FuseResult result = fake.fuse(request, context);
                fused.release();
                return result;
            };
            try {
                return executor.run(work, cancelled, context.logFields());
            } catch (FuseException e) {
                refused.release();
                throw e;
            }
        }

        @Override
        public FacesFound faces(byte[] picture, float threshold, RequestContext context) {
            return fake.faces(picture, threshold, context);
        }

        @Override
        public void checkCapacity() {
            executor.checkCapacity();
        }

        @Override
        public MemoryReservation reserve(long bytes) {
            return fake.reserve(bytes);
        }

        @Override
        public Duration expectedWait() {
            return executor.expectedWait();
        }

        @Override
        public EngineInfo info() {
            return fake.info();
        }

        @Override
        public EngineMetrics metrics() {
            return fake.metrics();
        }

        @Override
        public @Nullable FuseException failure() {
            return null;
        }

        @Override
        public String heapAdvice() {
            return "";
        }

        @Override
        public Diagnostics diagnose() {
            return fake.diagnose();
        }

        @Override
        public ProfiledRun rehearse(FuseRequest request, RequestContext context) {
            return fake.rehearse(request, context);
        }

        @Override
        public byte[] label(byte[] picture) {
            return picture;
        }

        @Override
        public void close() {
            executor.close();
            fake.close();
        }
    }
}
