package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LowPassTest {
    @Property(tries = 40)
    void leavesAConstantAsItIs(
            @ForAll @IntRange(min = 1, max = 90) int width,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll @DoubleRange(min = 0.5, max = 60) double sigma,
            @ForAll int seed) {
        FloatImage image = new FloatImage(width, height, 3);
        for (int i = 0; i < image.pixels(); i++) {
            image.data()[3 * i] = 70;
            image.data()[3 * i + 1] = -12.5f;
            image.data()[3 * i + 2] = 0.25f;
        }
        FloatImage low = LowPass.of(image, weight(width, height, seed), sigma);
        for (int i = 0; i < low.data().length; i++) {
            assertThat(low.data()[i]).isCloseTo(image.data()[i], within(1e-3f));
        }
    }

    /** Pixels of weight 0 have no influence. */
    @Property(tries = 20)
    void doesNotSeeWhatWeighsNothing(@ForAll int seed) {
        FloatImage image = noise(40, 30, seed);
        FloatImage weight = weight(40, 30, seed);
        FloatImage before = LowPass.of(image, weight, 6);
        for (int i = 0; i < image.pixels(); i++) {
            if (weight.data()[i] == 0) {
                Arrays.fill(image.data(), 3 * i, 3 * i + 3, 1000);
            }
        }
        assertThat(LowPass.of(image, weight, 6).data()).isEqualTo(before.data());
    }

    @Test
    void staysBetweenTheExtremes() {
        FloatImage low = LowPass.of(noise(64, 48, 7), full(64, 48), 5);
        for (float value : low.data()) {
            assertThat(value).isBetween(-1e-3f, 100.001f);
        }
    }

    /** Wide Gaussians run on a reduced picture: the middle of a step must not move. */
    @Test
    void keepsEdgesInTheirPlace() {
        FloatImage step = new FloatImage(200, 40, 1);
        for (int i = 0; i < step.pixels(); i++) {
            step.data()[i] = i % 200 < 100 ? 0 : 1;
        }
        for (double sigma : new double[] {2, 5, 9, 20, 33}) {
            FloatImage low = LowPass.of(step, full(200, 40), sigma);
            assertThat(low.data()[20 * 200 + 99] + low.data()[20 * 200 + 100])
                    .as("sigma %s", sigma)
                    .isCloseTo(1, within(0.06f));
            assertThat(low.data()[20 * 200 + 100]).isGreaterThan(low.data()[20 * 200 + 99]);
        }
    }

    private static FloatImage noise(int width, int height, int seed) {
        Random random = new Random(seed);
        FloatImage image = new FloatImage(width, height, 3);
        for (int i = 0; i < image.data().length; i++) {
            image.data()[i] = 100 * random.nextFloat();
        }
        return image;
    }

    /** At least one pixel has a weight, even in the smallest picture. */
    private static FloatImage weight(int width, int height, int seed) {
        Random random = new Random(seed);
        FloatImage weight = new FloatImage(width, height, 1);
        for (int i = 0; i < weight.pixels(); i++) {
            weight.data()[i] = Math.max(0, Math.min(1, 2 * random.nextFloat() - 0.5f));
        }
        weight.data()[weight.pixels() / 2] = 1;
        return weight;
    }

    private static FloatImage full(int width, int height) {
        FloatImage weight = new FloatImage(width, height, 1);
        Arrays.fill(weight.data(), 1);
        return weight;
    }
}
