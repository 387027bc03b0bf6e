package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that cannot fuse any more reports this to the senders of requests. */
@Timeout(60)
class EngineHealthTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aProcessWithoutItsLibrariesIsAliveAndNotReady() throws Exception {
        FakeEngine engine = new FakeEngine();
        try (HttpServer server = HttpServer.start(Map.of("server.port", 0), engine::open)) {
            assertThat(status(server, "readiness")).isEqualTo(200);
            engine.failure = new FuseException(ErrorCode.LIBRARIES_UNAVAILABLE, "They are gone.");
            assertThat(status(server, "readiness")).isEqualTo(503);
            assertThat(status(server, "liveness")).isEqualTo(200);
        }
    }

    private static int status(HttpServer server, String probe) throws Exception {
        URI uri = URI.create("http://localhost:" + server.port() + "/actuator/health/" + probe);
        HttpResponse<Void> response = CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
        return response.statusCode();
    }
}
