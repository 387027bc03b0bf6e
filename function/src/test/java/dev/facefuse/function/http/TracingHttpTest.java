package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector gets, by OTLP over HTTP, from a server on a real port; a server that closes has sent everything. */
@Timeout(30)
class TracingHttpTest {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final FakeEngine engine = new FakeEngine();
    private final Queue<ResourceSpans> sent = new ConcurrentLinkedQueue<>();
    private com.sun.net.httpserver.HttpServer collector;

    @BeforeEach
    void listen() throws IOException {
        collector =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", this::take);
        collector.start();
        System.setProperty(
                ENDPOINT, "http://localhost:" + collector.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        System.clearProperty(ENDPOINT);
        collector.stop(0);
    }

    @Test
    void aFusionIsASpanAndItsStagesAreBelowIt() throws Exception {
        fuse(true, 200);
        assertThat(sent.element().getResource().getAttributesList())
                .anyMatch(attribute -> attribute.getKey().equals("service.name")
                        && attribute.getValue().getStringValue().equals("facefuse"));
        Span fusion = span("facefuse.fuse");
        assertThat(hex(fusion.getTraceId())).isEqualTo(TRACE);
        assertThat(hex(fusion.getParentSpanId())).isEqualTo(PARENT);
        assertThat(attributes(fusion))
                .containsEntry("facefuse.pack", "mesh 1.0.0")
                .containsEntry("facefuse.plan", "host")
                .containsEntry("facefuse.device", "cpu")
                .containsEntry("facefuse.degraded", "false")
                .containsEntry("facefuse.peak_bytes", "3")
                .containsEntry("facefuse.request_id", "one-of-mine");
        assertThat(fusion.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(spans()).hasSize(3);
        Span detect = span("detect");
        Span warp = span("warp");
        for (Span stage : List.of(detect, warp)) {
            assertThat(stage.getParentSpanId()).isEqualTo(fusion.getSpanId());
            assertThat(stage.getTraceId()).isEqualTo(fusion.getTraceId());
        }
        assertThat(List.of(
                        fusion.getStartTimeUnixNano(),
                        detect.getStartTimeUnixNano(),
                        detect.getEndTimeUnixNano(),
                        warp.getStartTimeUnixNano(),
                        warp.getEndTimeUnixNano(),
                        fusion.getEndTimeUnixNano()))
                .isSorted();
    }

    @Test
    void whatFailsHasItsCode() throws Exception {
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "A sentence.");
        };
        fuse(true, ErrorCode.NO_FACE.httpStatus());
        for (String name : List.of("facefuse.fuse", "warp")) {
            assertThat(attributes(span(name))).containsEntry("error.type", "no-face");
            assertThat(span(name).getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        }
        assertThat(attributes(span("detect"))).doesNotContainKey("error.type");
        assertThat(sent.toString()).doesNotContain("A sentence.");
    }

    @Test
    void nothingIsSentUnlessAskedFor() throws Exception {
        fuse(false, 200);
        assertThat(sent).isEmpty();
    }

    @Test
    void aCollectorThatIsGoneCostsNoFusion() throws Exception {
        collector.stop(0);
        fuse(true, 200);
        assertThat(sent).isEmpty();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            sent.addAll(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
                    .getResourceSpansList());
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void fuse(boolean tracing, int status) throws IOException, InterruptedException {
        Map<String, Object> settings =
                Map.of("server.port", 0, "logging.level.root", "OFF", "facefuse.tracing", tracing);
        try (HttpServer server = HttpServer.start(settings, engine::open)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/json")
                    .header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
                    .header("X-Request-Id", "one-of-mine")
                    .POST(BodyPublishers.ofString(
                            "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}"))
                    .build();
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(status);
        }
    }

    private List<Span> spans() {
        return sent.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    private Span span(String name) {
        List<Span> named =
                spans().stream().filter(span -> span.getName().equals(name)).toList();
        assertThat(named).as(name).hasSize(1);
        return named.get(0);
    }

    private static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream()
                .collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute.getValue())));
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            case INT_VALUE -> Long.toString(value.getIntValue());
            default -> value.getStringValue();
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
