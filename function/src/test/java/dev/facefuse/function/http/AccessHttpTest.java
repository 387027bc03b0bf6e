package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Access tokens over HTTP, and the security headers of every response. */
@Timeout(60)
class AccessHttpTest {
    private static final String OLD = "the-old-token-0123456789";
    private static final String NEW = "the-new-token-0123456789";
    private static final String FILED = "a-token-from-the-file/+=";
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static HttpServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tokens"), "# one\n" + FILED + "\n");
        server = HttpServer.start(
                Map.of(
                        "server.port",
                        0,
                        "facefuse.access.tokens",
                        OLD + "," + NEW,
                        "facefuse.access.tokens-file",
                        file,
                        "logging.level.root",
                        "OFF"),
                ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        ENGINE.request = null;
        ENGINE.room = null;
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW, FILED})
    void acceptsEveryTokenInEitherHeader(String token) throws Exception {
        assertThat(fuse("Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
        assertThat(fuse("authorization", "bearer  " + token).statusCode()).isEqualTo(200);
        assertThat(fuse("X-API-Key", token).statusCode()).isEqualTo(200);
        assertThat(fuse("X-API-Key", token, "Authorization", "Bearer of-the-platform-before")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void rejectsRequestsWithoutAKnownToken() throws Exception {
        unauthorized(fuse("X-Other", OLD));
        unauthorized(fuse("Authorization", "Bearer " + OLD.substring(1)));
        unauthorized(fuse("Authorization", "Bearer " + OLD + "0"));
        unauthorized(fuse("Authorization", "Bearer " + OLD + "," + NEW));
        unauthorized(fuse("Authorization", "Bearer"));
        unauthorized(fuse("Authorization", "Basic " + OLD));
        unauthorized(fuse("Authorization", OLD));
        unauthorized(fuse("X-API-Key", ""));
        unauthorized(fuse("X-API-Key", "Bearer " + OLD));
        assertThat(ENGINE.request).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/fuse",
                "/events",
                "/actuator/prometheus",
                "/actuator/info",
                "/actuator",
                "/actuator/healthy",
                "/page",
                "/page/",
                "/page/page.css/",
                "/samples",
                "/samples/mona-lisa.jpg.",
                "/index.html"
            })
    void everyPathButHealthAndThePageNeedsAToken(String path) throws Exception {
        unauthorized(send(request(path)));
        unauthorized(send(request(path).POST(BodyPublishers.ofString("{}"))));
        assertThat(send(request(path).header("X-API-Key", NEW)).statusCode()).isNotEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void healthNeedsNoToken(String path) throws Exception {
        HttpResponse<String> response = send(request(path));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"UP\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page/page.js", "/page/page.css", "/samples/mona-lisa.jpg"})
    void readingThePageNeedsNoToken(String path) throws Exception {
        assertThat(send(request(path)).statusCode()).isEqualTo(200);
        assertThat(send(request(path).method("HEAD", BodyPublishers.noBody())).statusCode())
                .isEqualTo(200);
        unauthorized(send(request(path).POST(BodyPublishers.ofString("{}"))));
        unauthorized(send(request(path).DELETE()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/../actuator/prometheus",
                "/page/page.js/../../actuator/prometheus",
                "/page/page.js;/../../actuator/prometheus",
                "/samples/%2e%2e/actuator/prometheus",
                "/actuator/health/../prometheus",
                "/actuator/health/..;/prometheus",
                "/actuator/health/%2e%2e/prometheus",
                "/actuator/health;/../prometheus",
                "/actuator;/prometheus",
                "//actuator/prometheus",
                "/actuator/prometheus/",
                "/actuator/prometheus;/actuator/health",
                "/actuator/pr%6fmetheus"
            })
    void rejectsOtherSpellingsOfAPathWithoutAToken(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 401");
    }

    @Test
    void rejectsBeforeTheBodyIsSentAndBeforeASlotIsTaken() throws Exception {
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(1));
        double refusedBefore = value("facefuse_refused_total");
        for (String path : new String[] {"/fuse", "/events"}) {
            String answer = raw("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 401").contains("\"code\":\"unauthorized\"");
        }
        assertThat(value("facefuse_refused_total")).isEqualTo(refusedBefore);
        assertThat(fuse("X-API-Key", NEW).statusCode()).isEqualTo(429);
    }

    @Test
    void countsUnauthorizedRequests() throws Exception {
        double before = value("facefuse_unauthorized_total");
        fuse("X-API-Key", "wrong");
        send(request("/actuator/prometheus"));
        fuse("X-API-Key", NEW);
        assertThat(value("facefuse_unauthorized_total")).isEqualTo(before + 2);
    }

    @Test
    void everyResponseHasSecurityHeaders() throws Exception {
        for (HttpResponse<String> response : List.of(
                fuse("X-API-Key", NEW),
                fuse("X-API-Key", NEW, "Accept", "image/*"),
                fuse("X-API-Key", NEW, "Accept", "text/html"),
                fuse(),
                send(request("/fuse").header("X-API-Key", NEW)),
                send(request("/events").header("X-API-Key", NEW).POST(BodyPublishers.ofString("{}"))),
                send(request("/nothing").header("X-API-Key", NEW)),
                send(request("/actuator/prometheus").header("X-API-Key", NEW)),
                send(request("/actuator/health/liveness")))) {
            headers(response.statusCode(), response.headers());
        }
        ENGINE.then = result -> {
            throw new IllegalStateException("A defect");
        };
        HttpResponse<String> defect = fuse("X-API-Key", NEW);
        ENGINE.then = result -> result;
        assertThat(defect.statusCode()).isEqualTo(500);
        headers(500, defect.headers());
    }

    @Test
    void aResponseToAMalformedRequestHasSecurityHeaders() throws Exception {
        String answer = raw("GET /f|\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
                .containsIgnoringCase("\r\nCache-Control: no-store\r\n")
                .doesNotContainIgnoringCase("\r\nServer:");
    }

    private static void headers(int status, HttpHeaders headers) {
        String which = status + " " + headers.map();
        assertThat(headers.allValues("X-Content-Type-Options")).as(which).containsExactly("nosniff");
        assertThat(headers.allValues("Cache-Control")).as(which).containsExactly("no-store");
        assertThat(headers.allValues("Referrer-Policy")).as(which).containsExactly("no-referrer");
        assertThat(headers.allValues("Content-Security-Policy"))
                .as(which)
                .containsExactly("default-src 'none'; frame-ancestors 'none'");
        assertThat(headers.firstValue("Server")).as(which).isEmpty();
    }

    private static void unauthorized(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate")).containsExactly("Bearer realm=\"facefuse\"");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(response.body());
        assertThat(problem.get("type").asString()).isEqualTo("urn:facefuse:problem:unauthorized");
        assertThat(problem.get("status").asInt()).isEqualTo(401);
        assertThat(problem.get("code").asString()).isEqualTo("unauthorized");
        assertThat(problem.get("detail").asString()).contains("Authorization: Bearer", "X-API-Key");
    }

    /** A counter's value; 0 if it does not exist yet. */
    private static double value(String meter) throws Exception {
        return send(request("/actuator/prometheus").header("X-API-Key", NEW))
                .body()
                .lines()
                .filter(line -> line.startsWith(meter + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static HttpResponse<String> fuse(String... headers) throws Exception {
        HttpRequest.Builder request = request("/fuse").header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.POST(BodyPublishers.ofString(INPUT)));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /** The whole response to these bytes. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
