package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log never contains tokens, pictures or the queries of presigned URIs, whatever a request contains. */
@Timeout(60)
class LogTest {
    private static final String TOKEN = "the-right-token-0123456789";
    private static final String WRONG_TOKEN = "the-wrong-token-0123456789";
    private static final String PASSWORD = "the-broker's-password";
    private static final String SIGNATURE = "c2lnbmF0dXJl";
    private static final String QUERY = "?X-Amz-Signature=" + SIGNATURE;
    private static final String BASE64 = "UGljdHVyZSBvZiBzb21lYm9keQ==";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final FakeEngine engine = new FakeEngine();

    @Test
    void logsNoTokensPicturesAndQueries() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (HttpServer server = start()) {
            requests("http://localhost:" + server.port());
        } finally {
            System.setOut(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("POST /fuse failed", "A defect", "An item of an event cannot be read")
                .doesNotContain(
                        TOKEN,
                        WRONG_TOKEN,
                        PASSWORD,
                        "Authorization",
                        SIGNATURE,
                        "X-Amz-Signature",
                        BASE64.substring(0, 8),
                        "Picture of somebody");
    }

    @Test
    void warnsOnceOfAHeapThatDoesNotFitWithinTheMemoryLimit() {
        engine.heapAdvice = "Start Java with -Xmx176m.";
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            start().close();
        } finally {
            System.setOut(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(engine.heapAdvice)))
                .singleElement()
                .asString()
                .contains("WARN");
    }

    /** Starts a server with every setting that makes the log more verbose. */
    private HttpServer start() {
        return HttpServer.start(
                Map.of(
                        "server.port", 0,
                        "facefuse.access.tokens", TOKEN,
                        "facefuse.storage.read", "https://127.0.0.1/",
                        "spring.rabbitmq.password", PASSWORD,
                        "debug", "true",
                        "trace", "true",
                        "logging.level.root", "TRACE",
                        "logging.level.org", "TRACE",
                        "logging.level.software.amazon.awssdk", "TRACE",
                        "logging.level.dev.facefuse", "TRACE"),
                engine::open);
    }

    private void requests(String server) throws Exception {
        String picture = "{\"base64\":\"" + BASE64 + "\"}";
        String fuse = server + "/fuse";
        assertThat(post(fuse, TOKEN, fusion(picture, picture))).isEqualTo(200);
        assertThat(post(fuse, WRONG_TOKEN, fusion(picture, picture))).isEqualTo(401);
        assertThat(post(fuse + QUERY, TOKEN, fusion(picture, picture))).isEqualTo(400);
        assertThat(post(server + "/nothing" + QUERY, TOKEN, "")).isEqualTo(404);
        for (String broken : new String[] {
            fusion("{\"base64\":\"" + BASE64 + "*\"}", picture),
            fusion("\"" + BASE64 + "\"", picture),
            fusion(BASE64, picture),
            fusion("{\"base64\":\"" + BASE64, "")
        }) {
            assertThat(post(fuse, TOKEN, broken)).as(broken).isIn(400, 422);
        }
        for (String host : new String[] {"photos.example.org", "127.0.0.1"}) {
            String presigned = "{\"uri\":\"https://" + host + "/me.jpg" + QUERY + "\"}";
            assertThat(post(fuse, TOKEN, fusion(presigned, picture))).isEqualTo(403);
        }
        assertThat(post(server + "/events", TOKEN, "{\"Records\":[{\"Sns\":{\"Message\":\"" + BASE64 + "\"}}]}"))
                .isEqualTo(204);
        engine.then = result -> {
            throw new IllegalStateException("A defect");
        };
        assertThat(post(fuse, TOKEN, fusion(picture, picture))).isEqualTo(500);
    }

    private static String fusion(String template, String user) {
        return "{\"template\":" + template + ",\"user\":" + user + "}";
    }

    private static int post(String uri, String token, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<Void> response = CLIENT.send(request, BodyHandlers.discarding());
        return response.statusCode();
    }
}
