package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JmhReportTest {
    @Test
    void readsWhatJmhWrites() {
        String json = "[{\"benchmark\": \"a.B.crops\", \"primaryMetric\": {\"score\": 12.345, \"scoreError\": 0.6}},"
                + " {\"benchmark\": \"a.B.paste\", \"primaryMetric\": {\"score\": 1.5, \"scoreError\": \"NaN\"}}]";
        Machine machine = new Machine("A processor", 2, List.of(), 0, "", "A JVM", Map.of());
        JmhReport report = new JmhReport(
                new Origin("2026-01-02T03:04:05Z", "abc", machine),
                JmhReport.benchmarks(new JsonMapper().readTree(json)));
        assertThat(ReportFiles.read("jmh", new JsonMapper().writeValueAsString(report)))
                .isEqualTo(report);
        assertThat(report.markdown()).isEqualTo("""
                        | what | ms | ± (99.9 %) |
                        | --- | ---: | ---: |
                        | `crops` | 12.3 | 0.60 |
                        | `paste` | 1.50 | – |

                        One thread. A processor; A JVM; commit abc, 2026-01-02.
                        """);
    }
}
