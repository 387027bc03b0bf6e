package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Await;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.storage.S3Server;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Events as platforms post them, with a bucket. */
@Timeout(60)
class EventHttpTest {
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static S3Server s3;
    private static HttpServer server;

    @BeforeAll
    static void start() {
        s3 = new S3Server("photos");
        s3.put("photos", "templates/portrait.png", bytes("t"));
        server = HttpServer.start(
                s3.httpSettings("s3://photos/incoming/,s3://photos/templates/", "s3://photos/fused/"), ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
        s3.close();
    }

    @AfterEach
    void reset() {
        ENGINE.then = UnaryOperator.identity();
        ENGINE.room = null;
    }

    @Test
    void respondsToAWebhookWithoutABody() throws Exception {
        s3.put("photos", "incoming/portrait/me too.jpg", bytes("u"));
        HttpResponse<String> response = post(sample("minio-put"), "Content-Type", "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(s3.get("photos", "fused/portrait/me too.jpg.jpg")).isEqualTo(bytes("t+u"));
        assertThat(s3.head("photos", "fused/portrait/me too.jpg.jpg")
                        .orElseThrow()
                        .metadata())
                .containsKeys("facefuse-user-etag", "facefuse-template-etag", "facefuse-version");
        List<String> keys = s3.keys("photos");
        assertThat(post(sample("minio-put"), "Content-Type", "application/json").statusCode())
                .isEqualTo(204);
        assertThat(s3.keys("photos")).isEqualTo(keys);
        s3.put("photos", "incoming/portrait/me too.jpg", bytes("v"));
        assertThat(post(sample("minio-put")).statusCode()).isEqualTo(204);
        assertThat(s3.get("photos", "fused/portrait/me too.jpg.jpg")).isEqualTo(bytes("t+v"));
    }

    @Test
    void acceptsBinaryAndStructuredCloudEvents() throws Exception {
        s3.put("photos", "incoming/portrait/ich + du.jpg", bytes("v"));
        HttpResponse<String> response = post(
                sample("google-data"),
                "Content-Type",
                "application/json",
                "ce-specversion",
                "1.0",
                "ce-id",
                "1",
                "ce-source",
                "//storage.googleapis.com/projects/_/buckets/photos",
                "ce-type",
                "google.cloud.storage.object.v1.finalized",
                "ce-subject",
                "objects/incoming/portrait/ich%20%2B%20du.jpg");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(s3.get("photos", "fused/portrait/ich + du.jpg.jpg")).isEqualTo(bytes("t+v"));
        s3.put("photos", "incoming/portrait/me.jpg", bytes("w"));
        response = post(sample("cloudevent-s3"), "Content-Type", "application/cloudevents+json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(s3.get("photos", "fused/portrait/me.jpg.jpg")).isEqualTo(bytes("t+w"));
    }

    @Test
    void acceptsSnsEventsAsText() throws Exception {
        HttpResponse<String> response = post(
                sample("sns-subscription"),
                "Content-Type",
                "text/plain; charset=UTF-8",
                "x-amz-sns-message-type",
                "SubscriptionConfirmation");
        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    void concurrentEventsForOneUploadMakeOneResult() throws Exception {
        String body = new String(sample("s3-put"), StandardCharsets.UTF_8).replace("me.jpg", "race.jpg");
        s3.put("photos", "incoming/portrait/race.jpg", bytes("u"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(CLIENT.sendAsync(request(bytes(body)).build(), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).isIn(204, 503);
        }
        assertThat(post(bytes(body)).statusCode()).isEqualTo(204);
        assertThat(s3.get("photos", "fused/portrait/race.jpg.jpg")).isEqualTo(bytes("t+u"));
        assertThat(s3.keys("photos")).doesNotContain("fused/portrait/race.jpg.error.json");
    }

    @Test
    void skipsTheRestOfAnEventWhenTheClientDisconnects() throws Exception {
        List<String> fused = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch disconnected = new CountDownLatch(1);
        ENGINE.then = result -> {
            fused.add(new String(result.picture(), StandardCharsets.UTF_8));
            begun.countDown();
            await(disconnected);
            return result;
        };
        StringJoiner records = new StringJoiner(",", "{\"Records\":[", "]}");
        for (int i = 0; i < 3; i++) {
            s3.put("photos", "incoming/portrait/left-" + i + ".jpg", bytes("u" + i));
            records.add(
                    "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"incoming/portrait/left-"
                            + i + ".jpg\"}}}");
        }
        Logger logger = (Logger) LoggerFactory.getLogger(UploadFunction.class);
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        appender.start();
        logger.addAppender(appender);
        try {
            byte[] body = bytes(records.toString());
            try (Socket client = new Socket("localhost", server.port())) {
                client.getOutputStream()
                        .write(bytes("POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Content-Length: " + body.length + "\r\n\r\n"));
                client.getOutputStream().write(body);
                await(begun);
            }
            disconnected.countDown();
            Await.until(
                    "the event's line in the log",
                    () -> lines.contains("An event with 3 uploads: 1 fused, 2 not begun"));
        } finally {
            disconnected.countDown();
            logger.detachAppender(appender);
        }
        assertThat(fused).containsExactly("t+u0");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void rejectsAnEventWithTooManyUploadsWithAdvice() throws Exception {
        StringJoiner records = new StringJoiner(",", "{\"Records\":[", "]}");
        for (int i = 0; i < 1001; i++) {
            records.add(
                    "{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"photos\"},\"object\":{\"key\":\"incoming/portrait/many-"
                            + i + ".jpg\"}}}");
        }
        HttpResponse<String> response = post(bytes(records.toString()), "Content-Type", "application/json");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("send at most 1000 in an event");
    }

    @Test
    void respondsToBusyWith503AndARetryTime() throws Exception {
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(7));
        HttpResponse<String> response = post(sample("s3-put"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(response.body()).contains("\"code\":\"busy\"");
    }

    @Test
    void temporaryErrorsAreA5xxAndPermanentOnesAreNot() throws Exception {
        String body = new String(sample("s3-put"), StandardCharsets.UTF_8).replace("me.jpg", "fault.jpg");
        s3.put("photos", "incoming/portrait/fault.jpg", bytes("u"));
        ENGINE.then = result -> {
            throw new FuseException(ErrorCode.OUT_OF_MEMORY, "Not now.");
        };
        assertThat(post(bytes(body)).statusCode()).isEqualTo(503);
        ENGINE.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "There is no face.");
        };
        assertThat(post(bytes(body)).statusCode()).isEqualTo(204);
        assertThat(s3.get("photos", "fused/portrait/fault.jpg.error.json"))
                .asString()
                .contains("no-face");
    }

    @Test
    void rejectsInvalidEvents() throws Exception {
        assertThat(post(bytes("hello")).statusCode()).isEqualTo(400);
        assertThat(post(bytes("{}")).body()).contains("\"code\":\"bad-request\"");
        assertThat(post(new byte[0]).statusCode()).isEqualTo(400);
        assertThat(post(bytes("{\"x\":\"" + "x".repeat(1 << 20) + "\"}")).statusCode())
                .isEqualTo(413);
    }

    @Test
    void reportsSuccessToFunctionComputeInItsHeader() throws Exception {
        s3.put("photos", "incoming/portrait/我 + 你.jpg", bytes("i"));
        HttpResponse<String> response = invoke(sample("oss-function"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-fc-status")).hasValue("200");
        assertThat(response.body()).isEmpty();
        assertThat(s3.get("photos", "fused/portrait/我 + 你.jpg.jpg")).isEqualTo(bytes("t+i"));
    }

    @Test
    void reportsFailureToFunctionComputeInItsHeader() throws Exception {
        s3.put("photos", "incoming/portrait/我 + 你.jpg", bytes("j"));
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(7));
        assertThat(invoke(sample("oss-function")).headers().firstValue("x-fc-status"))
                .hasValue("404");
        ENGINE.room = null;
        ENGINE.then = result -> {
            throw new FuseException(ErrorCode.OUT_OF_MEMORY, "Not now.");
        };
        HttpResponse<String> response = invoke(sample("oss-function"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("x-fc-status")).hasValue("404");
    }

    @ParameterizedTest
    @CsvSource({
        "/events, text/plain",
        "/events, text/plain;charset=utf-8",
        "/events, application/x-www-form-urlencoded",
        "/events, multipart/form-data;boundary=x",
        "/events, application/octet-stream",
        "/events, application/jsonx",
        "/events, text/json",
        "/events, nonsense",
        "/events,",
        "/invoke, text/plain",
        "/invoke, application/x-www-form-urlencoded",
        "/invoke,"
    })
    void rejectsMediaTypesThatNoSenderOfEventsUses(String path, @Nullable String type) throws Exception {
        HttpRequest.Builder request = request(path, sample("minio-put"));
        HttpResponse<String> response = CLIENT.send(
                (type == null ? request : request.header("Content-Type", type)).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body())
                .contains("\"code\":\"unsupported-media-type\"", "application/cloudevents+json", "Content-Type");
    }

    @Test
    void acceptsTheMediaTypesOfSenders() throws Exception {
        byte[] body = sample("sns-subscription");
        String[][] accepted = {
            {"Content-Type", "application/json; charset=utf-8"},
            {"Content-Type", "APPLICATION/JSON"},
            {"Content-Type", "application/cloudevents-batch+json"},
            {"Content-Type", "application/vnd.aws+json"},
            {"ce-specversion", "1.0", "ce-type", "x"},
            {"Content-Type", "text/plain", "x-amz-sns-message-type", "Notification"}
        };
        for (String[] headers : accepted) {
            assertThat(post(body, headers).statusCode())
                    .as(String.join(" ", headers))
                    .isNotEqualTo(415);
        }
        for (String[] headers : new String[][] {
            {"Content-Type", "application/octet-stream"},
            {"Content-Type", "application/json"},
            {"x-fc-request-id", "1"},
            {"Content-Type", "text/plain", "x-fc-request-id", "1"}
        }) {
            HttpRequest request = request("/invoke", body).headers(headers).build();
            assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode())
                    .as(String.join(" ", headers))
                    .isEqualTo(200);
        }
    }

    /** Posts an event like Function Compute. */
    private static HttpResponse<String> invoke(byte[] body) throws Exception {
        return CLIENT.send(
                request("/invoke", body)
                        .header("Content-Type", "application/octet-stream")
                        .header("x-fc-request-id", "1")
                        .build(),
                BodyHandlers.ofString());
    }

    /** Posts JSON unless the headers name another type. */
    private static HttpResponse<String> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = request("/events", body);
        return CLIENT.send(
                (headers.length == 0 ? request.header("Content-Type", "application/json") : request.headers(headers))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(byte[] body) {
        return request("/events", body).header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder request(String path, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                EventHttpTest.class.getResourceAsStream("/dev/facefuse/function/events/" + name + ".json")) {
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
