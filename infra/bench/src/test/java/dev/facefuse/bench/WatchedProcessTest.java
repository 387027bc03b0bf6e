package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.bench.WatchedProcess.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedProcessTest {
    @TempDir
    Path folder;

    @Test
    void tellsWhatAProcessSaidAndHad() throws Exception {
        WatchedProcess process = WatchedProcess.run(
                List.of("sh", "-c", "echo \"said $WORD\"; sleep 0.3"), Map.of("WORD", "this"), folder, "process");
        assertThat(process.output()).isEqualTo("said this\n");
        assertThat(process.memory()).isNotEmpty().allSatisfy(sample -> assertThat(sample.bytes())
                .isPositive());
    }

    @Test
    void hasItsLastWords() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WatchedProcess.run(
                        List.of("sh", "-c", "echo 'It broke' >&2; exit 3"), Map.of(), folder, "process"))
                .withMessage("process ended with 3: It broke");
    }

    @Test
    void readsResidentMemory() {
        assertThat(WatchedProcess.resident("Name:\tx\nVmHWM:\t 900 kB\nVmRSS:\t  1024 kB\n"))
                .isEqualTo(1 << 20);
        assertThat(WatchedProcess.resident("Name:\tx\n")).isZero();
    }

    @Test
    void keepsTheMostOfEachSpan() {
        List<Sample> samples =
                List.of(new Sample(1, 10), new Sample(2, 30), new Sample(3, 20), new Sample(4, 5), new Sample(5, 6));
        assertThat(WatchedProcess.thinned(samples, 3))
                .containsExactly(new Sample(2, 30), new Sample(3, 20), new Sample(5, 6));
        assertThat(WatchedProcess.thinned(samples, 10)).isEqualTo(samples);
    }
}
