package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.Result.Memory;
import dev.facefuse.bench.Result.Outcome;
import dev.facefuse.bench.Result.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContestTableTest {
    private static final Result OURS = new Result(
            "facefuse",
            "facefuse",
            "libtorch 2.10.0",
            Outcome.MEASURED,
            "",
            List.of(round(10, 100), round(12, 120), round(11, 80)),
            Map.of("identity", 1e-6, "shape", 2e-6),
            new Memory(100 << 20, 200 << 20),
            1000);
    private static final Result ORIGINAL = new Result(
            "original-1.13",
            "the original",
            "PyTorch 1.13.0",
            Outcome.MEASURED,
            "",
            List.of(round(33, 200)),
            Map.of("identity", 0.0, "shape", 0.0),
            new Memory(250 << 20, 0),
            1000);

    private static Round round(double identity, double shape) {
        return new Round(Map.of("identity", identity, "shape", shape), identity + shape);
    }

    private static Result without(String name, Outcome outcome, String why) {
        return new Result(name, name, "", outcome, why, List.of(), Map.of(), Memory.UNKNOWN, 0);
    }

    private static ContestReport results(Result... results) {
        DtypeResults dtypeResults =
                new DtypeResults("float32", "", "original-1.13, float32", List.of(results), new MachineLoad(0.01, 0));
        DtypeResults skipped = DtypeResults.skipped("bfloat16", "skipped: this processor does not compute in it");
        Machine machine = new Machine("A processor", 2, List.of("avx2"), 24L << 30, "Linux", "a JVM", Map.of());
        ContestSettings settings = new ContestSettings(3, 1, 2, List.of("identity", "shape"));
        return new ContestReport(
                new Origin("2026-01-02T03:04:05Z", "abc", machine), settings, List.of(dtypeResults, skipped));
    }

    @Test
    void comparesEverybodyWithFacefuse() {
        assertThat(ContestTable.of(results(OURS, ORIGINAL)))
                .contains("| facefuse | libtorch 2.10.0 | 11.0 | 100 | 110 | 91.0 … 132 | 100 | 200 | 2e-06 |\n")
                .contains("| the original | PyTorch 1.13.0 | 33.0 (3.00×) | 200 (2.00×) | 233 (2.12×) | 233 … 233 |"
                        + " 250 (2.50×) | – | 0e+00 |\n");
    }

    @Test
    void namesHowManyTimesAsLongEverybodyTakes() {
        assertThat(results(OURS, ORIGINAL, without("djl", Outcome.MISSING, "")).figures())
                .isEqualTo(Map.of(
                        "facefuse", "1.0×",
                        "original-1.13", "2.1×",
                        "facefuse-bfloat16", "–",
                        "original-1.13-bfloat16", "–"));
        assertThat(results(ORIGINAL).figures()).isEmpty();
    }

    @Test
    void namesThoseWithoutFigures() {
        Result missing = without("djl", Outcome.MISSING, "there is no pack.json");
        Result wrong = without("onnxruntime", Outcome.WRONG, "shape is off by 1.0e-01");
        assertThat(ContestTable.of(results(OURS, missing, wrong)))
                .contains("| djl | missing: there is no pack.json | | | | | | | |\n")
                .contains("| onnxruntime | wrong numbers: shape is off by 1.0e-01 | | | | | | | |\n");
    }

    @Test
    void saysWhatWasSkippedAndHowItWasMeasured() {
        assertThat(ContestTable.of(results(OURS)))
                .contains("**bfloat16**: skipped: this processor does not compute in it.\n")
                .contains("Others used 1.0 % of the processors meanwhile.\n")
                .contains(
                        "Medians of 3 rounds in turn after 1 to warm up, 2 threads. A processor, 2 processors, avx2; 24 GiB;"
                                + " a JVM; commit abc, 2026-01-02.\n");
    }

    @Test
    void aRunIsGoodIfNobodyFailed() {
        assertThat(results(OURS, without("djl", Outcome.MISSING, "")).isGood()).isTrue();
        assertThat(results(OURS, without("djl", Outcome.FAILED, "")).isGood()).isFalse();
        assertThat(results(OURS, without("djl", Outcome.WRONG, "")).isGood()).isFalse();
    }

    @Test
    void isAPictureToo(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("contest.png");
        assertThat(ContestPlot.write(results(OURS, ORIGINAL), file)).isTrue();
        assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void isNoPictureWithoutFigures(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("contest.png");
        assertThat(ContestPlot.write(results(without("djl", Outcome.MISSING, "")), file))
                .isFalse();
        assertThat(file).doesNotExist();
    }
}
