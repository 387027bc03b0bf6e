package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.JarProcess.Outcome;
import dev.facefuse.function.storage.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the packaged jar with every switch that makes it log more. Its output must contain none of the secrets and pictures planted
 * here.
 */
@Timeout(240)
class LogIT {
    private static final String TOKEN = "planted-token-0123456789";
    private static final String WRONG_TOKEN = "planted-wrong-0123456789";
    private static final String PASSWORD = "planted-broker-password";
    private static final String SESSION = "planted-session-token";
    private static final String OTHER = "planted-api-key";
    private static final String SIGNATURE = "plantedsignature";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private S3Server store;
    private byte[] picture;

    @BeforeEach
    void plant() throws IOException {
        picture = SamplePictures.read("astronaut.png");
        store = new S3Server("photos");
        store.put("photos", "incoming/mona/me.png", picture);
        store.put("photos", "templates/mona.png", picture);
        environment.putAll(Map.of(
                "DEBUG", "true",
                "TRACE", "true",
                "LOGGING_LEVEL_ROOT", "TRACE",
                "LOGGING_LEVEL_ORG_APACHE", "TRACE",
                "LOGGING_LEVEL_ORG_SPRINGFRAMEWORK", "TRACE",
                "LOGGING_LEVEL_SOFTWARE_AMAZON_AWSSDK", "TRACE",
                "LOGGING_LEVEL_SOFTWARE_AMAZON_AWSSDK_REQUEST", "DEBUG",
                "LOGGING_LEVEL_DEV_FACEFUSE", "TRACE"));
        environment.putAll(Map.of(
                "FACEFUSE_ACCESS_TOKENS",
                TOKEN,
                "FACEFUSE_STORAGE_READ",
                "s3://photos/,https://127.0.0.1/",
                "FACEFUSE_STORAGE_WRITE",
                "s3://photos/",
                "AWS_ENDPOINT_URL_S3",
                store.endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                S3Server.KEY,
                "AWS_SECRET_ACCESS_KEY",
                S3Server.SECRET,
                "SPRING_RABBITMQ_ADDRESSES",
                "amqp://me:" + PASSWORD + "@127.0.0.1:1",
                "SPRING_RABBITMQ_PASSWORD",
                PASSWORD,
                "SOMEBODYS_API_KEY",
                OTHER));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theServerKeepsThemToItself() throws Exception {
        Path log = folder.resolve("serve.log");
        try (JarProcess server =
                JarProcess.start(log, environment, List.of("-Djdk.httpclient.HttpClient.log=all"), "serve")) {
            String root = "http://localhost:" + server.port();
            String base64 = "{\"base64\":\"" + Base64.getEncoder().encodeToString(picture) + "\"}";
            String stored = "{\"uri\":\"s3://photos/templates/mona.png\"}";
            String presigned = "{\"uri\":\"https://127.0.0.1/me.jpg?X-Amz-Signature=" + SIGNATURE + "\"}";
            assertThat(post(root + "/fuse", TOKEN, fusion(base64, stored))).isEqualTo(200);
            assertThat(post(root + "/fuse", WRONG_TOKEN, fusion(base64, stored)))
                    .isEqualTo(401);
            assertThat(post(root + "/fuse", TOKEN, fusion(base64, presigned))).isEqualTo(403);
            assertThat(post(root + "/fuse?X-Amz-Signature=" + SIGNATURE, TOKEN, "{" + base64.substring(0, 999)))
                    .isEqualTo(400);
            assertThat(post(root + "/events", TOKEN, """
                    {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventVersion":"2.1",
                    "s3":{"bucket":{"name":"photos"},"object":{"key":"incoming/mona/me.png","size":1,"eTag":"1"}}}]}""")).isEqualTo(204);
            server.stop();
        }
        hasNoneOfThem(Files.readString(log, StandardCharsets.ISO_8859_1));
    }

    @Test
    void aWorkerKeepsThemToItself() throws Exception {
        Path log = folder.resolve("work.log");
        try (JarProcess worker = JarProcess.start(log, environment, List.of(), "work")) {
            assertThat(worker.port()).isPositive();
            worker.stop();
        }
        hasNoneOfThem(Files.readString(log, StandardCharsets.ISO_8859_1));
    }

    @Test
    void aCommandKeepsThemToItself() throws Exception {
        environment.put("AWS_SESSION_TOKEN", SESSION);
        for (String user : List.of(
                "s3://photos/incoming/mona/me.png", "https://127.0.0.1/me.jpg?X-Amz-Signature=" + SIGNATURE + "|")) {
            Outcome fuse = JarProcess.run(
                    folder,
                    environment,
                    "fuse",
                    "--verbose",
                    "--template",
                    "s3://photos/templates/mona.png",
                    "--user",
                    user,
                    "--out",
                    "s3://photos/fused.png");
            hasNoneOfThem(new String(fuse.outBytes(), StandardCharsets.ISO_8859_1));
            hasNoneOfThem(new String(fuse.errBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    private void hasNoneOfThem(String said) {
        String base64 = Base64.getEncoder().encodeToString(picture);
        assertThat(said)
                .doesNotContain(
                        TOKEN, WRONG_TOKEN, PASSWORD, SESSION, OTHER, SIGNATURE, S3Server.SECRET, "AWS4-HMAC-SHA256")
                .doesNotContain(base64.substring(0, 60), base64.substring(9000, 9060), "IHDR", "\u0089PNG")
                .doesNotContainIgnoringCase("authorization:");
    }

    private static String fusion(String template, String user) {
        return "{\"template\":" + template + ",\"user\":" + user + "}";
    }

    private static int post(String uri, String token, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }
}
