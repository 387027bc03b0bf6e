package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.WatchedProcess.Sample;
import dev.facefuse.bench.WriteUpReport.Card;
import dev.facefuse.bench.WriteUpReport.Round;
import dev.facefuse.bench.WriteUpReport.Run;
import dev.facefuse.bench.WriteUpReport.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class WriteUpReportTest {
    private static final WriteUpReport REPORT = new WriteUpReport(
            new Origin(
                    "2026-01-02T03:04:05Z", "abc", new Machine("A processor", 2, List.of(), 0, "", "A JVM", Map.of())),
            new MachineLoad(0.01, 0),
            2,
            3,
            1,
            List.of(
                    run("before", "before: the original", 4000, 10_000, 12_000, 11_000),
                    run("after", "after: facefuse", 1000, 2000, 2000, 2000)),
            List.of(new Card(4_000_000_000L, "resident", 890_000_000, 2)));

    private static Run run(String key, String title, int peakMebibytes, double... millis) {
        List<Round> rounds = List.of(
                new Round(millis[0], mebibytes(peakMebibytes - 1), mebibytes(500)),
                new Round(millis[1], mebibytes(peakMebibytes), mebibytes(520)),
                new Round(millis[2], mebibytes(peakMebibytes - 2), mebibytes(510)));
        return new Run(
                key,
                title,
                "an engine",
                List.of(new Workload("selfie", rounds), new Workload("portrait", rounds)),
                List.of(new Sample(0.5, mebibytes(10)), new Sample(1.5, mebibytes(peakMebibytes))));
    }

    private static long mebibytes(int count) {
        return (long) count << 20;
    }

    @Test
    void setsAfterBesideBefore() {
        assertThat(REPORT.markdown())
                .contains("| before: the original | selfie | 4000 | | 510 | +10 | 11.0 | 9.1 % | |\n")
                .contains("| after: facefuse | selfie | 1000 | 25 % | 510 | +10 | 2.00 | 0.0 % | 5.50× |\n")
                .contains("| | portrait | 1000 | 25 % | 510 | +10 | 2.00 | 0.0 % | 5.50× |\n")
                .contains("Medians of 3 fusions in a row after 1 to warm up")
                .contains("| 4 GB | 2 | resident | 0.89 GB |\n");
    }

    @Test
    void namesItsFigures() {
        assertThat(REPORT.figures())
                .containsEntry("before-peak", "4.19 GB")
                .containsEntry("after-peak", "1.05 GB")
                .containsEntry("after-less", "75 %")
                .containsEntry("before-selfie-seconds", "11.0 s")
                .containsEntry("after-portrait-times", "5.5×")
                .doesNotContainKey("before-less");
    }

    @Test
    void isTheSameAfterItWasWritten() {
        assertThat(ReportFiles.read("writeup", new JsonMapper().writeValueAsString(REPORT)))
                .isEqualTo(REPORT);
    }

    @Test
    void isAPicture(@TempDir Path folder) throws IOException {
        WriteUpPlot.write(REPORT, folder, "writeup");
        assertThat(folder.resolve("writeup.png")).isNotEmptyFile();
        assertThat(Files.readString(folder.resolve("writeup.svg")))
                .contains("<svg", "rgb(225,87,89)", "rgb(78,121,167)");
    }
}
