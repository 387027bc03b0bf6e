package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.bench.FusionReport.CommandLine;
import dev.facefuse.bench.FusionReport.Psnrs;
import dev.facefuse.bench.FusionReport.Warm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FusionReportTest {
    private static Warm warm() {
        Map<String, Double> stages = new LinkedHashMap<>();
        stages.put("read-template", 30.0);
        stages.put("identity", 12.0);
        stages.put("shape", 11.0);
        stages.put("generate", 105.0);
        stages.put("enhance", 250.0);
        stages.put("paste", 40.0);
        stages.put("write", 20.0);
        Map<String, Double> networks = Map.of("identity", 10.0, "shape", 10.0, "generator", 100.0, "enhancer", 210.0);
        return new Warm("float32", 3, stages, networks, 10);
    }

    /** Copies are made within the networks' time, and count as time around them. */
    @Test
    void tellsNetworksFromWhatIsAroundThem() {
        assertThat(warm().networkMillis()).isCloseTo(320, within(1e-9));
        assertThat(warm().aroundMillis()).isCloseTo(98, within(1e-9));
        assertThat(warm().restMillis()).isCloseTo(50, within(1e-9));
    }

    @Test
    void isReadable() {
        List<CommandLine> runs = List.of(
                new CommandLine("float32", 2L << 30, 4200, ""), new CommandLine("bfloat16", 0, 0, "skipped: why"));
        Machine machine = new Machine("", 1, List.of(), 0, "", "", Map.of());
        FusionReport report =
                new FusionReport(new Origin("", "", machine), 2, List.of(warm()), runs, new Psnrs(52.04, 44.06));
        assertThat(report.figures())
                .isEqualTo(Map.of("around", "30.6 %", "peak", "2.15 GB", "peak-bfloat16", "–", "psnr", "44 dB"));
        assertThat(report.markdown())
                .contains("| float32 | 320 | 98.0 | 30.6 % | 10.0 | 50.0 |\n")
                .contains("Stages in float32, medians of 3: read-template 30.0, identity 12.0,")
                .contains("| float32 | 2048 | 4.20 |\n| bfloat16: skipped: why | | |\n")
                .contains("44.1 dB PSNR over the face, 52.0 dB over all of it.");
    }
}
