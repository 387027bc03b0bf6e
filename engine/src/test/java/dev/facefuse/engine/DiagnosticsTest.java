package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.gpu.OtherJvm;
import dev.facefuse.engine.memory.MemorySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real engine on the CPU, with the embedded pack. */
class DiagnosticsTest {
    private static FuseEngine engine;

    @BeforeAll
    static void open() {
        engine = FuseEngine.open(EngineSettings.DEFAULT.with("mesh", "cpu"));
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void knowsTheHost() {
        EngineMetrics vitals = engine.metrics();
        assertThat(vitals.device().device()).isEqualTo("cpu");
        assertThat(vitals.host().total()).isGreaterThan(vitals.host().reserved());
        assertThat(vitals.host().free()).isBetween(1L, vitals.host().total());
        assertThat(vitals.device().allocated()).isPositive();
        assertThat(vitals.drifts() + vitals.driftBytes() + vitals.outOfMemory()).isZero();
    }

    /** In another JVM: this one may already hold more memory than the limit. */
    @Test
    @Timeout(120)
    void saysSoIfTheHeapDoesNotFitWithinTheLimit() throws IOException, InterruptedException {
        Process process = OtherJvm.running(HeapAdviceMain.class).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        List<String> advice = output.lines()
                .filter(line -> line.startsWith("The Java heap can grow to"))
                .toList();
        assertThat(advice)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("-Xmx").isEqualTo(advice.get(0)));
    }

    @Test
    void describesEveryNetwork() {
        List<Diagnostics.Network> networks = engine.diagnose().networks();
        assertThat(networks).extracting(Diagnostics.Network::role).containsExactly("detector", "mesh", "embedding");
        assertThat(networks).allSatisfy(network -> {
            assertThat(network.weights()).isPositive();
            assertThat(network.activations()).isPositive();
            assertThat(network.dtype()).isEqualTo("float32");
            assertThat(network.half()).isEmpty();
            assertThat(network.mixed()).isFalse();
        });
    }

    @Test
    void plansForCards() {
        Diagnostics diagnosis = engine.diagnose();
        assertThat(diagnosis.plan()).isEqualTo("host");
        assertThat(diagnosis.cards()).hasSize(9).allSatisfy(card -> {
            assertThat(card.plan()).isEqualTo("resident");
            assertThat(card.need()).isBetween(1L, card.bytes());
            assertThat(card.replicas()).isBetween(1L, card.bytes() / card.need());
        });
        // 450 MB are the CUDA context's, the reserve nobody's.
        long left = 1_000_000_000 - 450_000_000 - MemorySettings.DEFAULT.reserveBytes();
        assertThat(diagnosis.cards().get(0).why()).contains((Math.round(left / 1e7) / 100.0) + " GB free: resident");
    }

    @Test
    void saysWhatTookMost() {
        ProfiledRun run = engine.rehearse(
                new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, FuseOptions.DEFAULT), RequestContext.NONE);
        assertThat(run.stages())
                .extracting(ProfiledRun.Stage::name)
                .startsWith("read-template")
                .endsWith("label");
        assertThat(largest(run, "read-template")).isEqualTo("decoding the template");
        assertThat(largest(run, "find-template-face")).startsWith("activations of ");
        assertThat(largest(run, "fuse")).isEqualTo("planes of the fusion");
        assertThat(run.stages())
                .allSatisfy(stage -> assertThat(stage.largestBytes()).isPositive());
    }

    private static String largest(ProfiledRun run, String stage) {
        return run.stages().stream()
                .filter(found -> found.name().equals(stage))
                .findFirst()
                .orElseThrow()
                .largest();
    }
}
