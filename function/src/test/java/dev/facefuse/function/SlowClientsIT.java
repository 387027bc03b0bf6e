package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * 200 clients that send slowly, or read nothing, against the packaged jar. The times are promises of the server (SECURITY.md), so
 * they are asserted here and nowhere else.
 */
@Timeout(240)
class SlowClientsIT {
    private static final int CLIENTS = 200;
    private static final int SIGTERM_EXIT_CODE = 128 + 15;
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(6);
    private static final String LIVENESS = "/actuator/health/liveness";
    private static final Duration LIVENESS_TIMEOUT = Duration.ofMillis(500);
    private static final int PROBES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SIGTERM_SECONDS = 20;
    private static final String JSON = "Content-Type: application/json";
    private static final String FORM = "Content-Type: multipart/form-data; boundary=x";
    private static final String LONG = "Content-Length: 80000000";
    private static final String SHORT = "Content-Length: 3";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /** Heads of requests; the last line of some is not complete. */
    private static final List<String> HEADS = List.of(
            request("POST /fuse", JSON, LONG),
            request("POST /fuse", JSON, CHUNKED),
            request("POST /fuse", FORM, LONG),
            request("POST /fuse", FORM, CHUNKED),
            request("POST /fuse", "Content-Type: text/plain", LONG),
            request("PUT /fuse", JSON, LONG),
            request("POST /faces", JSON, SHORT),
            request("POST /faces", FORM, CHUNKED),
            request("POST /events", JSON, CHUNKED),
            request("POST /events", JSON, LONG),
            request("POST /invoke", JSON, SHORT),
            request("GET /actuator/health/liveness", JSON, LONG),
            request("GET /actuator/health", JSON, SHORT),
            request("POST /actuator/prometheus", JSON, CHUNKED),
            request("GET /", JSON, LONG),
            request("POST /nothing", "Content-Type: application/x-www-form-urlencoded", SHORT),
            request("TRACE /fuse", JSON, LONG),
            request("OPTIONS *", JSON, CHUNKED),
            "POST /fuse HTTP/1.1\r\nHost: localhost\r\nX-Half",
            "GET /");

    private static final byte[] TRICKLE = "1".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Socket> slow = new ArrayList<>();

    @Test
    void slowClientsDisturbNobody() throws Exception {
        try (JarProcess server = JarProcess.start(
                folder.resolve("serve.out"),
                Map.of("FACEFUSE_HTTP_BODYTIMEOUT", BODY_TIMEOUT.toSeconds() + "s"),
                List.of(),
                "serve")) {
            URI root = URI.create("http://localhost:" + server.port());
            // The first request of each kind loads classes: an orchestrator's first probe comes before the attack.
            assertThat(fuse(root)).isEqualTo(200);
            openSlowClients(server.port(), HEADS.size());
            assertThat(get(root.resolve("/"), PATIENCE).statusCode()).isEqualTo(200);
            assertThat(get(root.resolve(LIVENESS), PATIENCE).statusCode()).isEqualTo(200);
            openSlowClients(server.port(), CLIENTS);
            requireLive(root);
            assertThat(get(root.resolve("/"), PATIENCE).body()).contains("<html");
            long start = System.nanoTime();
            do {
                assertThat(System.nanoTime() - start)
                        .as("a normal client's request is accepted within two deadlines")
                        .isLessThan(BODY_TIMEOUT.multipliedBy(2).toNanos());
                requireLive(root);
                trickle();
            } while (fuse(root) != 200);
            openSlowClients(server.port(), CLIENTS);
            requireLive(root);
            long stop = System.nanoTime();
            assertThat(server.stop()).isEqualTo(SIGTERM_EXIT_CODE);
            assertThat(System.nanoTime() - stop)
                    .as("the process ends after SIGTERM")
                    .isLessThan(TimeUnit.SECONDS.toNanos(SIGTERM_SECONDS));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private void openSlowClients(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket("localhost", port);
            slow.add(socket);
            socket.getOutputStream().write(HEADS.get(i % HEADS.size()).getBytes(StandardCharsets.ISO_8859_1));
            if (i % 2 == 0) {
                socket.getOutputStream().write(TRICKLE);
            }
        }
    }

    /** A byte of each that the server has not cut off. */
    private void trickle() {
        slow.removeIf(socket -> !sendsAByte(socket));
    }

    private static boolean sendsAByte(Socket socket) {
        try {
            socket.getOutputStream().write(TRICKLE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Liveness answers in time. A machine that is busy with other work can delay one answer or two; slow clients that hold the
     * workers delay them all.
     */
    private void requireLive(URI root) throws Exception {
        HttpTimeoutException late = null;
        for (int i = 0; i < PROBES; i++) {
            try {
                assertThat(get(root.resolve(LIVENESS), LIVENESS_TIMEOUT).statusCode())
                        .isEqualTo(200);
                return;
            } catch (HttpTimeoutException e) {
                late = e;
            }
        }
        throw new AssertionError("No liveness probe of " + PROBES + " was answered in time", late);
    }

    private HttpResponse<String> get(URI uri, Duration timeout) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).timeout(timeout).build(), BodyHandlers.ofString());
    }

    private int fuse(URI root) throws Exception {
        String body = "{\"template\":{\"base64\":\"" + sample("mona-lisa.jpg") + "\"},\"user\":{\"base64\":\""
                + sample("astronaut.png") + "\"}}";
        return client.send(
                        HttpRequest.newBuilder(root.resolve("/fuse"))
                                .timeout(PATIENCE)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    private static String sample(String name) throws IOException {
        return Base64.getEncoder().encodeToString(SamplePictures.read(name));
    }

    private static String request(String line, String... headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }
}
