package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapAdviceTest {
    private static final long MEGABYTE = 1_000_000;
    private static final long LIMIT = 700 * MEGABYTE;
    private static final long ENGINE = 300 * MEGABYTE;

    @Test
    void saysNothingIfTheHeapFitsBesideTheEngine() {
        assertThat(HeapAdvice.of(LIMIT, ENGINE, 400 * MEGABYTE)).isEmpty();
    }

    @Test
    void namesHalfOfWhatIsLeftInWholeSteps() {
        assertThat(HeapAdvice.of(LIMIT, ENGINE, 400 * MEGABYTE + 1))
                .isEqualTo(
                        "The Java heap can grow to 0.40 GB and the engine takes 0.30 GB, more than the memory limit of"
                                + " 0.70 GB together. Start Java with -Xmx176m, or raise the limit.");
    }

    @Test
    void whatItNamesFits() {
        assertThat(HeapAdvice.of(LIMIT, ENGINE, 176L << 20)).isEmpty();
    }

    @Test
    void namesALargerLimitIfTooLittleIsLeft() {
        assertThat(HeapAdvice.of(300 * MEGABYTE, ENGINE, 2_000 * MEGABYTE))
                .endsWith("Start Java with -Xmx64m and raise the limit to 0.43 GB.");
    }
}
