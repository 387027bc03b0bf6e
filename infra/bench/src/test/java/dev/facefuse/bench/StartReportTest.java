package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartReportTest {
    @Test
    void isReadable() {
        Machine machine = new Machine("A processor", 2, List.of(), 0, "", "A JVM", Map.of());
        StartReport report = new StartReport(
                new Origin("2026-01-02T03:04:05Z", "abc", machine), 9, new Spread(2.1, 2.24, 2.4), 500L << 20);
        assertThat(report.markdown())
                .contains("| Mona Lisa ← astronaut | 2.24 | 2.10 … 2.40 | 500 |\n")
                .contains("Median of 9 runs. A processor, 2 processors; A JVM; commit abc, 2026-01-02.");
        assertThat(report.figures()).isEqualTo(Map.of("seconds", "2.2 s", "least", "2.1", "most", "2.4 s"));
    }
}
