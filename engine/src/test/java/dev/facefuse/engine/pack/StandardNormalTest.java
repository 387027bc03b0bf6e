package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/**
 * Compares with numpy's {@code Generator(Philox(key=k)).standard_normal(5_000_000, dtype=float32)}, where k is the first 16 bytes of the
 * key's SHA-256 as a little-endian number. If one 32-bit number too many or too few is used anywhere, all numbers after it differ.
 */
class StandardNormalTest {
    private static final int COUNT = 5_000_000;
    private static final float[] FIRST = {1.9162526f, -2.0392778f, -0.492509f, -0.41541392f};
    private static final float[] LAST = {0.24837993f, -1.0625328f, -0.54950345f, -0.583675f};
    private static final double SUM = 711.8670539136248;
    private static final int INDEX_OF_LARGEST = 447135;

    @Test
    void equalsNumpysNumbers() {
        float[] numbers = new float[COUNT];
        StandardNormal.fill(FloatBuffer.wrap(numbers), Philox.of("generator.conv1.conv.weight"));

        assertThat(numbers).startsWith(FIRST).endsWith(LAST);
        assertThat(sum(numbers)).isCloseTo(SUM, within(1e-3));
        assertThat(indexOfLargest(numbers)).isEqualTo(INDEX_OF_LARGEST);
    }

    @Test
    void fillsABufferInPieces() {
        float[] whole = new float[1000];
        float[] parts = new float[1000];
        StandardNormal.fill(FloatBuffer.wrap(whole), Philox.of("a"));
        Philox random = Philox.of("a");
        StandardNormal.fill(FloatBuffer.wrap(parts, 0, 333), random);
        StandardNormal.fill(FloatBuffer.wrap(parts, 333, 667), random);

        assertThat(parts).isEqualTo(whole);
    }

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum;
    }

    /** The index of the number with the largest absolute value, which is in the tail. */
    private static int indexOfLargest(float[] numbers) {
        int indexOfLargest = 0;
        for (int i = 0; i < numbers.length; i++) {
            indexOfLargest = Math.abs(numbers[i]) > Math.abs(numbers[indexOfLargest]) ? i : indexOfLargest;
        }
        return indexOfLargest;
    }
}
