package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Await;
import dev.facefuse.function.FakeEngine;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;

/** The spans that a collector receives, by OTLP over HTTP, from a server on a real port. A server that has closed has sent everything. */
@Timeout(30)
class TracingHttpTest {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String DELAY = "otel.bsp.schedule.delay";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final FakeEngine engine = new FakeEngine();
    private final Queue<ResourceSpans> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile int answer = 200;
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
    void aFusionIsASpanWithItsStagesAsChildren() throws Exception {
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
                .containsEntry("facefuse.dtype", "float32")
                .containsEntry("facefuse.output.width", "743")
                .containsEntry("facefuse.output.height", "1155")
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
        assertThat(attributes(detect)).containsEntry("facefuse.peak_bytes", "1000");
        assertThat(attributes(warp)).containsEntry("facefuse.peak_bytes", "2000");
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
    void aStageThatFailsHasItsCode() throws Exception {
        engine.stages = progress -> {
            progress.onStage("detect", 0, 2);
            progress.onStageDone(new Report.Stage("detect", 20.5, 1000));
            progress.onStage("warp", 1, 2);
            throw new FuseException(ErrorCode.NO_FACE, "A sentence.");
        };
        fuse(true, ErrorCode.NO_FACE.httpStatus());
        failed("facefuse.fuse");
        failed("warp");
        went("detect");
        assertThat(sent.toString()).doesNotContain("A sentence.");
    }

    @Test
    void anErrorAfterTheStagesBelongsToNoStage() throws Exception {
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "A sentence.");
        };
        fuse(true, ErrorCode.NO_FACE.httpStatus());
        failed("facefuse.fuse");
        went("detect");
        went("warp");
    }

    private void failed(String name) {
        Span span = span(name);
        assertThat(attributes(span)).containsEntry("error.type", "no-face");
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(span.getStatus().getMessage()).isEqualTo("no-face");
    }

    private void went(String name) {
        Span span = span(name);
        assertThat(attributes(span)).doesNotContainKey("error.type");
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    }

    @Test
    void logLinesCarryTheTraceId() throws Exception {
        AtomicReference<String> trace = new AtomicReference<>();
        engine.then = result -> {
            trace.set(MDC.get("trace_id"));
            return result;
        };
        fuse(true, 200);
        assertThat(trace).hasValue(TRACE);
    }

    @Test
    void sendsNothingUnlessTracingIsOn() throws Exception {
        fuse(false, 200);
        assertThat(sent).isEmpty();
    }

    @Test
    void anUnreachableCollectorCostsOneWarningAndNoFusion() throws Exception {
        answer = 404;
        System.setProperty(DELAY, "1");
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try (HttpServer server = start("WARN", true)) {
            for (int fusion = 1; fusion <= 3; fusion++) {
                int spans = 3 * fusion;
                assertThat(post(server)).isEqualTo(200);
                Await.until("all its spans are refused, in one export or more", () -> refused.get() == spans);
            }
            answer = 200;
            assertThat(post(server)).isEqualTo(200);
        } finally {
            System.setOut(before);
            System.clearProperty(DELAY);
        }
        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> !line.contains("Listening on"))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("WARN", "Spans do not arrive at the collector", "HttpExportException"),
                        line -> assertThat(line).contains("INFO", "Spans arrive at the collector again"));
        assertThat(spans()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"otel.exporter.otlp.protocol, grpc", "otel.traces.exporter, zipkin", "otel.traces.sampler, some"})
    void explainsUnsupportedSettings(String property, String value) {
        System.setProperty(property, value);
        try {
            assertThatThrownBy(() -> start("OFF", true).close())
                    .hasStackTraceContaining("Tracing is on, and OpenTelemetry does not take its settings")
                    .hasStackTraceContaining("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf");
        } finally {
            System.clearProperty(property);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            int now = answer;
            if (now == 200) {
                sent.addAll(request.getResourceSpansList());
            }
            exchange.sendResponseHeaders(now, -1);
            if (now != 200) {
                refused.addAndGet(spans(request.getResourceSpansList()).size());
            }
        }
    }

    private void fuse(boolean tracing, int status) throws IOException, InterruptedException {
        try (HttpServer server = start("OFF", tracing)) {
            assertThat(post(server)).isEqualTo(status);
        }
    }

    private HttpServer start(String level, boolean tracing) {
        return HttpServer.start(
                Map.of("server.port", 0, "logging.level.root", level, "facefuse.tracing", tracing), engine::open);
    }

    private static int post(HttpServer server) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/fuse"))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
                .header("X-Request-Id", "one-of-mine")
                .POST(BodyPublishers.ofString("{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}"))
                .build();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private List<Span> spans() {
        return spans(sent);
    }

    private static List<Span> spans(Collection<ResourceSpans> resources) {
        return resources.stream()
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
