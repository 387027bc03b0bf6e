package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.storage.S3Server;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events as platforms post them, with a bucket behind. */
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
    void aWebhookIsDoneWithoutABody() throws Exception {
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
    void cloudEventsComeBinaryAndStructured() throws Exception {
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
    void topicsPostTheirEventsAsText() throws Exception {
        HttpResponse<String> response = post(
                sample("sns-subscription"),
                "Content-Type",
                "text/plain; charset=UTF-8",
                "x-amz-sns-message-type",
                "SubscriptionConfirmation");
        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    void manyAtOnceMakeOneResult() throws Exception {
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
    void busyIsA503ThatSaysWhenToComeBack() throws Exception {
        ENGINE.room = FuseException.busy("Another fusion is under way", Duration.ofSeconds(7));
        HttpResponse<String> response = post(sample("s3-put"));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(response.body()).contains("\"code\":\"busy\"");
    }

    @Test
    void whatMayPassIsA5xxAndWhatStaysIsNot() throws Exception {
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
    void saysWhatIsNoEvent() throws Exception {
        assertThat(post(bytes("hello")).statusCode()).isEqualTo(400);
        assertThat(post(bytes("{}")).body()).contains("\"code\":\"bad-request\"");
        assertThat(post(new byte[0]).statusCode()).isEqualTo(400);
        assertThat(post(bytes("{\"x\":\"" + "x".repeat(1 << 20) + "\"}")).statusCode())
                .isEqualTo(413);
    }

    @Test
    void functionComputeHearsByAHeaderOfItsOwnWhatIsDone() throws Exception {
        s3.put("photos", "incoming/portrait/我 + 你.jpg", bytes("i"));
        HttpResponse<String> response = invoke(sample("oss-function"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-fc-status")).hasValue("200");
        assertThat(response.body()).isEmpty();
        assertThat(s3.get("photos", "fused/portrait/我 + 你.jpg.jpg")).isEqualTo(bytes("t+i"));
    }

    @Test
    void functionComputeHearsByAHeaderOfItsOwnWhatShallComeAgain() throws Exception {
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

    /** As Function Compute does. */
    private static HttpResponse<String> invoke(byte[] body) throws Exception {
        return CLIENT.send(
                request("/invoke", body)
                        .header("Content-Type", "application/octet-stream")
                        .header("x-fc-request-id", "1")
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = request(body);
        return CLIENT.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(byte[] body) {
        return request("/events", body);
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
