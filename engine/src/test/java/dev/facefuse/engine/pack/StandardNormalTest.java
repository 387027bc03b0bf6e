package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/**
 * Against numpy: {@code Generator(Philox(key=k)).standard_normal(5_000_000, dtype=float32)}, k the first 16 bytes of the key's
 * SHA-256 as a little-endian number. Whoever takes one 32-bit number too many or too few anywhere has other numbers from there on.
 */
class StandardNormalTest {
    private static final int COUNT = 5_000_000;
    private static final float[] FIRST = {1.9162526f, -2.0392778f, -0.492509f, -0.41541392f};
    private static final float[] LAST = {0.24837993f, -1.0625328f, -0.54950345f, -0.583675f};
    private static final double SUM = 711.8670539136248;
    private static final int FARTHEST = 447135;

    @Test
    void drawsWhatNumpyDraws() {
        float[] numbers = new float[COUNT];
        StandardNormal.fill(FloatBuffer.wrap(numbers), Philox.of("generator.conv1.conv.weight"));

        assertThat(numbers).startsWith(FIRST).endsWith(LAST);
        assertThat(sum(numbers)).isCloseTo(SUM, within(1e-3));
        assertThat(farthest(numbers)).isEqualTo(FARTHEST);
    }

    @Test
    void fillsInPiecesAsAtOnce() {
        float[] whole = new float[1000];
        float[] pieces = new float[1000];
        StandardNormal.fill(FloatBuffer.wrap(whole), Philox.of("a"));
        Philox random = Philox.of("a");
        StandardNormal.fill(FloatBuffer.wrap(pieces, 0, 333), random);
        StandardNormal.fill(FloatBuffer.wrap(pieces, 333, 667), random);

        assertThat(pieces).isEqualTo(whole);
    }

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum;
    }

    /** Index of the number farthest from 0, which is a tail's. */
    private static int farthest(float[] numbers) {
        int farthest = 0;
        for (int i = 0; i < numbers.length; i++) {
            farthest = Math.abs(numbers[i]) > Math.abs(numbers[farthest]) ? i : farthest;
        }
        return farthest;
    }
}
