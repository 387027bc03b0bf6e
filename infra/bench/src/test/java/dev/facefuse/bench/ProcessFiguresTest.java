package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessFiguresTest {
    private static final String STAT = "4711 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 250 30 0 0 20 0 9 0 12345 1 2";

    @Test
    void readsWhatTheKernelWrites() throws IOException {
        ProcessFigures figures = ProcessFigures.parse("Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n", STAT);
        assertThat(figures).isEqualTo(new ProcessFigures(2 << 20, 280));
    }

    @Test
    void refusesAProcessThatIsEnding() {
        assertThatIOException().isThrownBy(() -> ProcessFigures.parse("Name:\tjava\nState:\tZ (zombie)\n", STAT));
    }
}
