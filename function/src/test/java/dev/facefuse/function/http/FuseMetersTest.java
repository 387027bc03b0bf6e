package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics that Prometheus reads from a server on a real port. Counters are compared with their values before. */
@Timeout(30)
class FuseMetersTest {
    private static final FakeEngine ENGINE = new FakeEngine();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(Map.of("server.port", 0, "logging.level.root", "OFF"), ENGINE::open);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        ENGINE.then = UnaryOperator.identity();
    }

    @Test
    void showsTheEnginesVitals() throws Exception {
        assertThat(scrape())
                .contains(
                        "\nfacefuse_collector_reclaimed_objects_total 1.0\n",
                        "\nfacefuse_out_of_memory_total 2.0\n",
                        "\nfacefuse_drift_total 3.0\n",
                        "\nfacefuse_drift_bytes_total 4.0\n",
                        "\nfacefuse_cache_emptied_total 5.0\n",
                        "\nfacefuse_allocator_retries_total 6.0\n",
                        "\nfacefuse_admission_permits 7.0\n",
                        "\nfacefuse_admission_fusing 8.0\n",
                        "\nfacefuse_admission_queue 9.0\n",
                        "\nfacefuse_admission_waiting 10.0\n",
                        "\nfacefuse_device_memory_bytes{device=\"cuda:0\",kind=\"allocated\"} 300.0\n",
                        "\nfacefuse_device_memory_bytes{device=\"cuda:0\",kind=\"reserved\"} 400.0\n",
                        "\nfacefuse_device_memory_bytes{device=\"cuda:0\",kind=\"free\"} 200.0\n",
                        "\nfacefuse_device_memory_bytes{device=\"cuda:0\",kind=\"total\"} 1000.0\n",
                        "\nfacefuse_host_memory_bytes{kind=\"resident\"} 4000.0\n",
                        "\nfacefuse_host_memory_bytes{kind=\"limit\"} 10000.0\n",
                        "\nfacefuse_host_memory_bytes{kind=\"free\"} 2000.0\n");
    }

    @Test
    void computesTheVitalsOnceForEachScrape() throws Exception {
        int before = ENGINE.metricsComputed.get();
        scrape();
        scrape();
        assertThat(ENGINE.metricsComputed).hasValue(before + 2);
    }

    @Test
    void countsFusionsByTheirEnd() throws Exception {
        String ok = "facefuse_fusions_total{outcome=\"ok\",pack=\"mesh 1.0.0\",plan=\"host\"}";
        String noFace = "facefuse_fusions_total{outcome=\"no-face\",pack=\"none\",plan=\"none\"}";
        double okBefore = value(ok);
        double noFaceBefore = value(noFace);
        assertThat(fuse()).isEqualTo(200);
        ENGINE.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "A sentence.");
        };
        assertThat(fuse()).isEqualTo(ErrorCode.NO_FACE.httpStatus());
        assertThat(value(ok)).isEqualTo(okBefore + 1);
        assertThat(value(noFace)).isEqualTo(noFaceBefore + 1);
    }

    @Test
    void measuresFusionsAndTheirStages() throws Exception {
        String fusion = "{pack=\"mesh 1.0.0\",plan=\"host\"";
        String count = "facefuse_fusion_seconds_count" + fusion + "}";
        double before = value(count);
        double secondsBefore = value("facefuse_stage_seconds_sum{stage=\"detect\"}");
        double warningsBefore = value("facefuse_warnings_total{kind=\"large-picture\"}");
        assertThat(fuse()).isEqualTo(200);
        assertThat(value(count)).isEqualTo(before + 1);
        assertThat(value("facefuse_fusion_seconds_bucket" + fusion + ",le=\"0.2\"}"))
                .isZero();
        assertThat(value("facefuse_fusion_seconds_bucket" + fusion + ",le=\"0.5\"}"))
                .isEqualTo(before + 1);
        assertThat(value("facefuse_stage_seconds_sum{stage=\"detect\"}"))
                .isCloseTo(secondsBefore + 0.0205, offset(1e-6));
        assertThat(value("facefuse_fusion_peak_bytes_max{device=\"cpu\",plan=\"host\"}"))
                .isEqualTo((double) FakeEngine.REPORT.memory().peakBytes());
        assertThat(value("facefuse_warnings_total{kind=\"large-picture\"}")).isEqualTo(warningsBefore + 1);
    }

    @Test
    void countsRejectedRequests() throws Exception {
        double before = value("facefuse_refused_total");
        ENGINE.then = result -> {
            throw FuseException.busy("Another fusion is under way", Duration.ofSeconds(1));
        };
        assertThat(fuse()).isEqualTo(429);
        assertThat(value("facefuse_refused_total")).isEqualTo(before + 1);
        assertThat(scrape()).doesNotContain("outcome=\"busy\"");
    }

    @Test
    void countersWithAlertsBeginAtZero() throws Exception {
        assertThat(scrape())
                .contains(
                        "{outcome=\"internal-server-error\",pack=\"none\",plan=\"none\"} 0.0",
                        "{outcome=\"out-of-memory\",pack=\"none\",plan=\"none\"} 0.0",
                        "facefuse_warnings_total{kind=\"no-label\"} 0.0");
    }

    /** A counter's value; 0 if it does not exist yet. */
    private static double value(String meter) throws IOException, InterruptedException {
        return scrape().lines()
                .filter(line -> line.startsWith(meter + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(meter.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static String scrape() throws IOException, InterruptedException {
        HttpResponse<String> response =
                CLIENT.send(request("/actuator/prometheus").build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static int fuse() throws IOException, InterruptedException {
        String body = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
        HttpRequest request = request("/fuse")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
