package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.function.Await;
import dev.facefuse.function.FakeEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application on a real port, with an engine that does nothing. */
@Timeout(30)
class HttpServerTest {
    private static final int PICTURE_LIMIT_BYTES = 64 << 10;
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String INPUT =
            "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"data:image/png;base64,dQ==\"}";
    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(
                Map.of(
                        "server.port",
                        0,
                        "facefuse.limits.bytes",
                        "64KB",
                        "facefuse.open-requests",
                        2,
                        "logging.level.root",
                        "OFF"),
                ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(ENGINE.closed).isTrue();
    }

    @BeforeEach
    void reset() {
        ENGINE.then = UnaryOperator.identity();
        ENGINE.request = null;
    }

    @Test
    void theEngineIsOpenedWithTheConfiguration() {
        assertThat(ENGINE.settings.pack()).isEqualTo("mesh");
        assertThat(ENGINE.settings.admission()).isEqualTo(AdmissionSettings.DEFAULT);
        assertThat(ENGINE.settings.limits())
                .isEqualTo(new PictureLimits(
                        PICTURE_LIMIT_BYTES, PictureLimits.DEFAULT.maxPixels(), PictureLimits.DEFAULT.maxEdge()));
    }

    @Test
    void jsonInJsonOut() throws Exception {
        HttpResponse<String> response =
                post("application/json", INPUT + ",\"options\":{\"mode\":\"blend\",\"format\":\"png\"}}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(contentType(response)).isEqualTo("application/json");
        JsonNode body = tree(response);
        assertThat(body.propertyNames()).containsExactly("picture", "report");
        assertThat(body.get("picture").get("mediaType").asString()).isEqualTo("image/png");
        assertThat(body.get("picture").get("base64").binaryValue()).asString().isEqualTo("t+u");
        assertThat(body.get("report").get("similarity").get("user").asDouble()).isEqualTo(0.71);
        assertThat(ENGINE.request.options().blending().mode()).isEqualTo(BlendMode.BLEND);
    }

    @Test
    void jsonInPictureOut() throws Exception {
        HttpResponse<String> response = send(request()
                .header("Content-Type", "application/json")
                .header("Accept", "image/webp, application/json;q=0.5")
                .POST(BodyPublishers.ofString(INPUT + "}")));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(contentType(response)).isEqualTo("image/webp");
        assertThat(response.body()).isEqualTo("t+u");
        assertThat(response.headers().firstValue("Content-Length")).hasValue("3");
        assertThat(ENGINE.request.options().output().format()).isEqualTo(PictureFormat.WEBP);
        String report =
                response.headers().firstValue(FuseEndpoint.REPORT_HEADER).orElseThrow();
        assertThat(JsonMapper.shared().readTree(report).get("warnings").get(0).asString())
                .isEqualTo("Größe");
    }

    @Test
    void multipartInPictureOut() throws Exception {
        HttpResponse<String> response = send(multipart("?blend=0.5&mode=over%6Cay")
                .header("Accept", "image/*")
                .POST(parts(
                        "template",
                        "a.jpg",
                        "t".repeat(PICTURE_LIMIT_BYTES),
                        "user",
                        "b.jpg",
                        "u",
                        "quality",
                        null,
                        "80",
                        "format",
                        null,
                        "")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(contentType(response)).isEqualTo("image/jpeg");
        assertThat(response.body()).hasSize(PICTURE_LIMIT_BYTES + 2).endsWith("t+u");
        assertThat(ENGINE.request.options().blending().ratio()).isEqualTo(0.5f);
        assertThat(ENGINE.request.options().blending().mode()).isEqualTo(BlendMode.OVERLAY);
        assertThat(ENGINE.request.options().output().quality()).isEqualTo(80);
    }

    @Test
    void multipartInJsonOut() throws Exception {
        HttpResponse<String> response = send(multipart("").POST(parts("template", "a", "t", "user", "b", "u")));
        assertThat(tree(response).get("picture").get("base64").binaryValue())
                .asString()
                .isEqualTo("t+u");
    }

    @Test
    void rejectsWrongParts() throws Exception {
        problem(send(multipart("").POST(parts("template", "a", "t"))), 400, "bad-request", "user is missing");
        problem(
                send(multipart("").POST(parts("template", "a", "t", "template", "a", "t", "user", "b", "u"))),
                400,
                "bad-request",
                "template is given twice");
        problem(
                send(multipart("?blend=1").POST(parts("template", "a", "t", "user", "b", "u", "blend", null, "1"))),
                400,
                "bad-request",
                "blend is given twice");
        problem(
                send(multipart("").POST(parts("template", "a", "t", "user", "b", "u", "blnd", null, "1"))),
                400,
                "bad-request",
                "'blnd' is not known; known are blend,");
        problem(
                send(multipart("").POST(parts("template", "a", "t", "user", "b", "u", "mode", null, "x".repeat(300)))),
                400,
                "bad-request",
                "A form field is longer");
        problem(
                send(multipart("").POST(parts("template", "a", "t", "user", "b", "u", "blend", null, "2"))),
                400,
                "bad-request",
                "blend is 2.0");
        problem(send(multipart("").POST(BodyPublishers.ofString("--x\r\n"))), 400, "bad-request", "The body is not");
    }

    @Test
    void rejectsMorePartsThanThereAreOptions() throws Exception {
        String[] triples = new String[3 * 21];
        for (int i = 0; i < triples.length; i += 3) {
            triples[i] = "f" + i;
            triples[i + 2] = "1";
        }
        problem(send(multipart("").POST(parts(triples))), 400, "bad-request", "The body has more parts than");
    }

    @Test
    void rejectsTooLargePartsOfUnknownLength() throws Exception {
        byte[] body = ("--x\r\nContent-Disposition: form-data; name=\"user\"; filename=\"u\"\r\n\r\n"
                        + "u".repeat(400_000) + "\r\n--x--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        problem(
                send(multipart("").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))),
                413,
                "content-too-large",
                "The body has more than");
    }

    @Test
    void rejectsPartsThatAreTooLarge() throws Exception {
        problem(
                send(multipart("").POST(parts("template", "a", "t".repeat(PICTURE_LIMIT_BYTES + 1), "user", "b", "u"))),
                413,
                "picture-too-large",
                "template has more than 64 KiB");
    }

    @Test
    void rejectsAPictureInJsonThatIsTooLarge() throws Exception {
        problem(
                post("application/json", "{\"template\":{\"base64\":\"" + "A".repeat(88_000) + "\"}}"),
                413,
                "picture-too-large",
                "A picture has more than 64 KiB");
    }

    @Test
    void rejectsATooLargeBodyBeforeItIsSent() throws Exception {
        for (String type : new String[] {"application/json", "multipart/form-data; boundary=x"}) {
            String answer = raw(head(type, 900_000_000));
            assertThat(answer).startsWith("HTTP/1.1 413").contains("\"code\":\"content-too-large\"");
        }
        assertThat(raw(head("application/json", 900_000_000).replace("/fuse", "/events")))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void readsNoFormOfAnotherMethod() throws Exception {
        for (String method : new String[] {"PUT", "PATCH", "DELETE"}) {
            String head = head("application/x-www-form-urlencoded", 900_000_000);
            assertThat(raw(head.replace("POST", method))).startsWith("HTTP/1.1 405");
        }
    }

    @Test
    void rejectsATooLargeBodyOfUnknownLength() throws Exception {
        byte[] body = (INPUT + " ".repeat(400_000) + "}").getBytes(StandardCharsets.UTF_8);
        problem(
                send(request()
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))),
                413,
                "content-too-large",
                "The body has more than");
    }

    @Test
    void rejectsInvalidJson() throws Exception {
        problem(post("application/json", "{\"template\":"), 400, "bad-request", "The body is not JSON");
        problem(post("application/json", ""), 400, "bad-request", "The body is not");
        problem(post("application/json", "{}"), 400, "bad-request", "template is missing");
        problem(
                post("application/json", INPUT + ",\"options\":{\"blnd\":1}}"),
                400,
                "bad-request",
                "options: 'blnd' is not known");
    }

    @Test
    void rejectsAQueryBesideJson() throws Exception {
        problem(
                send(builder("/fuse?blend=1")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INPUT + "}"))),
                400,
                "bad-request",
                "Options of a JSON request go into its body");
    }

    @Test
    void rejectsOtherMediaTypes() throws Exception {
        problem(post("text/plain", "x"), 415, "unsupported-media-type", "The body must be application/json");
        problem(send(request().POST(BodyPublishers.noBody())), 415, "unsupported-media-type", "The body must be");
        problem(post("nonsense", "x"), 415, "unsupported-media-type", "The body must be");
        problem(post("\"quoted/type", "x"), 415, "unsupported-media-type", "The body must be");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=_Part_1_=",
                "\"=_Part_1_=\"",
                "a/b:c?d",
                "a,b",
                "(a)+b'c",
                "a b",
                "  x  ",
                "[x]",
                "a=b; charset=utf-8",
                "a=b;"
            })
    void acceptsTheBoundariesOfRealClients(String parameter) throws Exception {
        String boundary = parameter.replaceFirst(";.*", "").replace("\"", "").strip();
        String body = String.join(
                        "\r\n",
                        "--x",
                        "Content-Disposition: form-data; name=\"template\"; filename=\"a\"",
                        "",
                        "t",
                        "--x",
                        "Content-Disposition: form-data; name=\"user\"; filename=\"b\"",
                        "",
                        "u",
                        "--x--",
                        "")
                .replace("--x", "--" + boundary);
        for (String type : new String[] {"multipart/form-data; boundary=", "Multipart/Form-Data;Boundary="}) {
            HttpResponse<String> response = send(request()
                    .header("Content-Type", type + parameter)
                    .header("Accept", "image/*")
                    .POST(BodyPublishers.ofString(body)));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("t+u");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "br", "identity, gzip", "nonsense"})
    void rejectsAnEncodedBodyBeforeItIsSent(String encoding) throws Exception {
        for (String path : new String[] {"/fuse", "/faces", "/events"}) {
            String answer = raw(head("application/json", 1000)
                    .replace("/fuse", path)
                    .replace("Expect", "Content-Encoding: " + encoding + "\r\nExpect"));
            assertThat(answer)
                    .startsWith("HTTP/1.1 415")
                    .contains("Accept-Encoding: identity\r\n", "\"code\":\"unsupported-media-type\"")
                    .contains("Content-Encoding '" + encoding + "'", "send it without one");
        }
    }

    @Test
    void acceptsABodyWithTheIdentityEncoding() throws Exception {
        HttpResponse<String> response = send(request()
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "identity")
                .POST(BodyPublishers.ofString(INPUT + "}")));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void rejectsOtherResponseFormats() throws Exception {
        for (String accept : new String[] {"text/html", "image/gif", "nonsense"}) {
            problem(
                    send(request()
                            .header("Content-Type", "application/json")
                            .header("Accept", accept)
                            .POST(BodyPublishers.ofString(INPUT + "}"))),
                    406,
                    "not-acceptable",
                    "Accept");
        }
        problem(
                send(request()
                        .header("Content-Type", "application/json")
                        .header("Accept", "image/png")
                        .POST(BodyPublishers.ofString(INPUT + ",\"options\":{\"format\":\"jpg\"}}"))),
                406,
                "not-acceptable",
                "Accept");
        assertThat(ENGINE.request).isNull();
    }

    @Test
    void rejectsOtherMethodsAndPaths() throws Exception {
        HttpResponse<String> get = send(request().GET());
        problem(get, 405, "method-not-allowed", "/fuse does not take GET; use POST.");
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
        problem(send(request().DELETE()), 405, "method-not-allowed", "/fuse");
        for (String path :
                new String[] {"/page/", "/nothing", "/fuse/x", "/error", "/actuator/env", "/actuator/heapdump"}) {
            problem(send(builder(path).GET()), 404, "not-found", "");
        }
    }

    @Test
    void rejectsAQueryThatCannotBeDecoded() throws Exception {
        String part = "--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nu\r\n--x--\r\n";
        String answer = raw(head("multipart/form-data; boundary=x", part.length())
                        .replace("/fuse", "/fuse?blend=%zz")
                        .replace("Expect: 100-continue\r\n", "")
                + part);
        assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"bad-request\"");
    }

    @Test
    void respondsToMalformedRequestsWithAProblem() throws Exception {
        String answer = raw("GET /f|\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("Content-Type: application/problem+json", "\"code\":\"bad-request\"")
                .doesNotContain("apache", "tomcat", "Exception");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyErrorCodeHasItsProblem(ErrorCode code) throws Exception {
        ENGINE.then = result -> {
            throw new FuseException(code, "A sentence.");
        };
        HttpResponse<String> response = post("application/json", INPUT + "}");
        problem(response, code.httpStatus(), code.code(), "A sentence.");
        assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(code == ErrorCode.BUSY);
    }

    @Test
    void hidesTheMessageOfADefect() throws Exception {
        for (Throwable defect : new Throwable[] {new IllegalStateException("secret"), new AssertionError("secret")}) {
            ENGINE.then = result -> sneaky(defect);
            problem(post("application/json", INPUT + "}"), 500, "internal-server-error", "Something went wrong here");
        }
        ENGINE.then = result -> sneaky(new OutOfMemoryError("secret"));
        problem(post("application/json", INPUT + "}"), 503, "out-of-memory", "There is not enough memory");
    }

    @Test
    void rejectsAThirdRequestBeforeItsBodyIfTwoAreOpen() throws Exception {
        CountDownLatch oneInside = new CountDownLatch(1);
        CountDownLatch bothInside = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        ENGINE.then = result -> {
            oneInside.countDown();
            bothInside.countDown();
            await(go);
            return result;
        };
        CompletableFuture<HttpResponse<String>> first = postAsync();
        await(oneInside);
        CompletableFuture<HttpResponse<String>> second = postAsync();
        await(bothInside);
        ENGINE.expectedWait = Duration.ofMillis(6001);
        String third = raw(head("application/json", 1000));
        assertThat(third)
                .startsWith("HTTP/1.1 429")
                .contains(
                        "Retry-After: 7\r\n",
                        "\"code\":\"busy\",\"retryAfterSeconds\":7}",
                        "Every place is taken; try again in 7 seconds.");
        go.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        assertThat(post("application/json", INPUT + "}").statusCode()).isEqualTo(200);
    }

    @Test
    void isHealthyAliveAndReady() throws Exception {
        for (String path : new String[] {"", "/liveness", "/readiness"}) {
            HttpResponse<String> response =
                    send(builder("/actuator/health" + path).GET());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(tree(response).get("status").asString()).isEqualTo("UP");
        }
    }

    @Test
    void finishesRunningFusionsBeforeItCloses() throws Exception {
        FakeEngine engine = new FakeEngine();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        engine.then = result -> {
            inside.countDown();
            await(go);
            assertThat(engine.closed).isFalse();
            return result;
        };
        HttpServer other =
                HttpServer.start(Map.of("server.port", 0, "logging.level.dev.facefuse", "OFF"), engine::open);
        CompletableFuture<HttpResponse<String>> running = CLIENT.sendAsync(
                HttpRequest.newBuilder(URI.create("http://localhost:" + other.port() + "/fuse"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INPUT + "}"))
                        .build(),
                BodyHandlers.ofString());
        await(inside);
        int port = other.port();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(other::close);
        Await.until("the server is closing", () -> isRefused(port));
        assertThat(closing).isNotDone();
        assertThat(engine.closed).isFalse();
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
        closing.get(20, TimeUnit.SECONDS);
        assertThat(engine.closed).isTrue();
    }

    /** Whether the server's port takes no connections any more. */
    private static boolean isRefused(int port) {
        try (Socket socket = new Socket("localhost", port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static void problem(HttpResponse<String> response, int status, String code, String detail) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(contentType(response)).isEqualTo("application/problem+json");
        JsonNode body = tree(response);
        List<String> members = new ArrayList<>(List.of("type", "title", "status", "detail", "code"));
        if (status == 429) {
            members.add("retryAfterSeconds");
            assertThat(response.headers().firstValue("Retry-After"))
                    .hasValue(body.get("retryAfterSeconds").asString());
        }
        assertThat(body.propertyNames()).containsExactlyElementsOf(members);
        assertThat(body.get("type").asString()).isEqualTo("urn:facefuse:problem:" + code);
        assertThat(body.get("status").asInt()).isEqualTo(status);
        assertThat(body.get("code").asString()).isEqualTo(code);
        assertThat(body.get("detail").asString()).startsWith(detail);
        assertThat(response.body()).doesNotContain("Exception", "dev.facefuse", "springframework", "secret");
    }

    private static String contentType(HttpResponse<?> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }

    private static JsonNode tree(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private static HttpRequest.Builder builder(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static HttpRequest.Builder request() {
        return builder("/fuse");
    }

    private static HttpRequest.Builder multipart(String query) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse" + query))
                .header("Content-Type", "multipart/form-data; boundary=x");
    }

    /** @param triples name, file name or null, content */
    private static HttpRequest.BodyPublisher parts(String... triples) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < triples.length; i += 3) {
            body.append("--x\r\nContent-Disposition: form-data; name=\"")
                    .append(triples[i])
                    .append('"');
            if (triples[i + 1] != null) {
                body.append("; filename=\"").append(triples[i + 1]).append('"');
            }
            body.append("\r\n\r\n").append(triples[i + 2]).append("\r\n");
        }
        return BodyPublishers.ofString(body.append("--x--\r\n").toString());
    }

    private static HttpResponse<String> post(String contentType, String body) throws Exception {
        return send(request().header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    private static CompletableFuture<HttpResponse<String>> postAsync() {
        return CLIENT.sendAsync(
                request()
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(INPUT + "}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    /** The head of a request whose client waits for 100 Continue before it sends the body. */
    private static String head(String contentType, int length) {
        return String.join(
                "\r\n",
                "POST /fuse HTTP/1.1",
                "Host: localhost",
                "Content-Type: " + contentType,
                "Content-Length: " + length,
                "Expect: 100-continue",
                "",
                "");
    }

    /** The response to these bytes, up to the end of a problem. */
    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                answer.write(c);
                if (c == '}') {
                    break;
                }
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T, E extends Throwable> T sneaky(Throwable throwable) throws E {
        throw (E) throwable;
    }
}
