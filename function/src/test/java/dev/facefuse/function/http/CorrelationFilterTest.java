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
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The id of a request, in its response and in the log. */
@Timeout(60)
class CorrelationFilterTest {
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final FakeEngine engine = new FakeEngine();
    private String answered = "";

    /** Spring Boot keeps the format in a system property, where later tests of this process would find it. */
    @AfterEach
    void forgetTheFormat() {
        System.clearProperty("CONSOLE_LOG_STRUCTURED_FORMAT");
    }

    @Test
    void keepsAPlainIdOfTheClient() throws Exception {
        logged(Map.of(), "order-17.try_2");
        assertThat(answered).isEqualTo("order-17.try_2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a\tb", "{}", "12345678901234567890123456789012345678901234567890123456789012345"})
    void replacesAnyOtherId(String name) throws Exception {
        logged(Map.of(), name);
        assertThat(answered).matches("[0-9a-f-]{36}");
    }

    @Test
    void logLinesCarryTheId() throws Exception {
        engine.then = result -> {
            throw new IllegalStateException("a defect");
        };
        assertThat(logged(Map.of(), "order-17").lines())
                .filteredOn(line -> line.contains("POST /fuse failed"))
                .singleElement()
                .asString()
                .contains("[order-17] ");
    }

    @Test
    void aJsonLogHasTheIdAsAMember() throws Exception {
        engine.then = result -> {
            throw new IllegalStateException("a defect");
        };
        JsonNode line = logged(Map.of("logging.structured.format.console", "logstash"), "order-17")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .filter(node -> node.path("message").asString("").equals("POST /fuse failed"))
                .findFirst()
                .orElseThrow();
        assertThat(line.get("requestId").asString()).isEqualTo("order-17");
        assertThat(line.get("stack_trace").asString()).contains("a defect");
    }

    /** Requests a fusion with an id and returns everything that the server logs. */
    private String logged(Map<String, Object> settings, String name) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        Map<String, Object> all = new HashMap<>(settings);
        all.put("server.port", 0);
        try (HttpServer server = HttpServer.start(all, engine::open)) {
            HttpResponse<Void> response = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse"))
                            .timeout(Duration.ofSeconds(20))
                            .header("Content-Type", "application/json")
                            .header(CorrelationFilter.REQUEST_ID, name)
                            .POST(BodyPublishers.ofString(INPUT))
                            .build(),
                    BodyHandlers.discarding());
            answered =
                    response.headers().firstValue(CorrelationFilter.REQUEST_ID).orElseThrow();
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}
