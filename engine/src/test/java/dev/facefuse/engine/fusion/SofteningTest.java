package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.Box;
import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SofteningTest {
    private static final int EDGE = 256;

    @ParameterizedTest
    @CsvSource({
        "5, 2, 2",
        "39.9, 2, 2",
        "40, 2, 1",
        "59.9, 2, 1",
        "60, 1, 1",
        "79.9, 1, 1",
        "80, 1, 0",
        "99.9, 1, 0",
        "100, 0, 0",
        "4000, 0, 0"
    })
    void goesByTheSmallerEdgeOfTheFace(double edge, int down, int up) {
        assertThat(Softening.of(new Box(3, 4, edge, 2 * edge))).isEqualTo(new Softening(down, up));
        assertThat(Softening.of(new Box(3, 4, 2 * edge, edge))).isEqualTo(new Softening(down, up));
    }

    /** A smaller face keeps less of the finest detail; the brightness stays. */
    @Test
    void softensSmallerFacesMore() {
        double before = Double.POSITIVE_INFINITY;
        for (double edge : new double[] {100, 90, 70, 50, 30}) {
            try (Mat noise = noise()) {
                Softening.of(new Box(0, 0, edge, edge)).apply(noise);
                assertThat(noise.rows()).isEqualTo(EDGE);
                assertThat(noise.cols()).isEqualTo(EDGE);
                byte[] pixels = Samples.pixels(noise);
                assertThat(mean(pixels)).isCloseTo(127.5, within(1.5));
                assertThat(deviation(pixels)).isLessThan(before);
                before = deviation(pixels);
            }
        }
    }

    private static Mat noise() {
        byte[] values = new byte[3 * EDGE * EDGE];
        new Random(1).nextBytes(values);
        Mat noise = Samples.grey(EDGE, EDGE);
        ByteBuffer pixels = noise.createBuffer();
        pixels.put(values);
        return noise;
    }

    private static double mean(byte[] pixels) {
        double sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xFF;
        }
        return sum / pixels.length;
    }

    private static double deviation(byte[] pixels) {
        double mean = mean(pixels);
        double sum = 0;
        for (byte pixel : pixels) {
            sum += Math.pow((pixel & 0xFF) - mean, 2);
        }
        return Math.sqrt(sum / pixels.length);
    }
}
