package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class HttpReportTest {
    private static final HttpReport REPORT = new HttpReport(
            new Origin(
                    "2026-01-02T03:04:05Z", "abc", new Machine("A processor", 2, List.of(), 0, "", "A JVM", Map.of())),
            30,
            100,
            new Latencies(40, 400, 410, 420),
            List.of(LoadTest.of(Map.of(200, 70, 429, 18_000))));

    @Test
    void comparesResultsWithWhatOnePermitAllows() {
        assertThat(REPORT.markdown())
                .contains("| 64 | `Expect: 100-continue` | 70 | 18000 | 0 | 2.40 | 96.0 % | 410 | 0.50 | 4.32 | 9.00 |")
                .contains("A warm fusion, one client alone, from request to answer: 400 ms (median of 40).");
    }

    @Test
    void namesItsFigures() {
        assertThat(REPORT.figures())
                .containsEntry("warm", "0.40 s")
                .containsEntry("64-asked-answers", "18,070")
                .containsEntry("64-asked-throughput", "96.0 %")
                .containsEntry("64-asked-p99", "4.32 ms");
    }

    @Test
    void isReadAgainAsItWasWritten() {
        String json = new JsonMapper().writeValueAsString(REPORT);
        assertThat(ReportFiles.read("http", json)).isEqualTo(REPORT);
    }
}
