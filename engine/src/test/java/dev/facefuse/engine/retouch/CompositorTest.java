package dev.facefuse.engine.retouch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompositorTest {
    @ParameterizedTest
    @EnumSource
    void ratioZeroLeavesTheTemplate(BlendMode mode) {
        assertThat(blended(1, 2, uniform(1f), 0f, mode)).isEqualTo(bytes(noise(1)));
    }

    @ParameterizedTest
    @EnumSource
    void maskZeroLeavesTheTemplate(BlendMode mode) {
        assertThat(blended(1, 2, uniform(0f), 1f, mode)).isEqualTo(bytes(noise(1)));
    }

    @Test
    void ratioOneIsExactlyTheFusedFace() {
        assertThat(blended(1, 2, uniform(1f), 1f, BlendMode.NORMAL)).isEqualTo(bytes(noise(2)));
    }

    @ParameterizedTest
    @EnumSource
    void maskThatIsNotANumberLeavesTheTemplate(BlendMode mode) {
        assertThat(blended(1, 2, uniform(Float.NaN), 1f, mode)).isEqualTo(bytes(noise(1)));
    }

    /** T and F of one pixel, BGR, and the result by the formulas of W3C, worked out by hand. */
    @ParameterizedTest
    @CsvSource({
        "OVERLAY, 51 102 204,  102 204 51,  41 163 173",
        "OVERLAY, 0 255 128,   77 77 77,    0 255 77",
        "BLEND,   50 100 150,  80 80 80,    20 70 120",
        "BLEND,   10 10 10,    200 200 200, 200 200 200"
    })
    void followsTheFormulas(BlendMode mode, String template, String fused, String expected) {
        Mat below = pixel(template);
        Compositor.blend(
                below, pixel(fused), new Mat(1, 1, opencv_core.CV_32FC1, Scalar.all(1)), new Blending(1f, mode));

        byte[] wanted = bytes(pixel(expected));
        byte[] result = bytes(below);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Math.abs((wanted[channel] & 0xFF) - (result[channel] & 0xFF)))
                    .as("channel %d of %s", channel, java.util.Arrays.toString(result))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Property(tries = 300)
    void noChannelTurnsBackAsTheRatioGrows(
            @ForAll @FloatRange(min = 0, max = 1) float one,
            @ForAll @FloatRange(min = 0, max = 1) float other,
            @ForAll BlendMode mode,
            @ForAll int seed) {
        Mat mask = noiseMask(seed);
        byte[] start = blended(seed, seed + 1, mask, 0f, mode);
        byte[] less = blended(seed, seed + 1, mask, Math.min(one, other), mode);
        byte[] more = blended(seed, seed + 1, mask, Math.max(one, other), mode);
        byte[] end = blended(seed, seed + 1, mask, 1f, mode);

        for (int i = 0; i < start.length; i++) {
            int direction = Integer.signum((end[i] & 0xFF) - (start[i] & 0xFF));
            int first = direction * ((less[i] & 0xFF) - (start[i] & 0xFF));
            int second = direction * ((more[i] & 0xFF) - (start[i] & 0xFF));
            assertThat(first).isBetween(0, second);
        }
    }

    @Test
    void changesARegionOnly() {
        Mat whole = noise(1);
        byte[] before = bytes(whole);
        Rect place = new Rect(4, 4, 8, 8);
        Mat region = new Mat(whole, place);

        Compositor.blend(
                region,
                new Mat(8, 8, opencv_core.CV_8UC3, Scalar.all(7)),
                new Mat(8, 8, opencv_core.CV_32FC1, Scalar.all(1)),
                Blending.DEFAULT);

        byte[] after = bytes(whole);
        for (int i = 0; i < after.length; i++) {
            int x = i / 3 % 16;
            int y = i / 48;
            boolean inside = x >= 4 && x < 12 && y >= 4 && y < 12;
            assertThat(after[i]).isEqualTo(inside ? (byte) 7 : before[i]);
        }
    }

    private static byte[] blended(int template, int fused, Mat mask, float ratio, BlendMode mode) {
        Mat below = noise(template);
        Compositor.blend(below, noise(fused), mask, new Blending(ratio, mode));
        return bytes(below);
    }

    private static Mat noise(int seed) {
        byte[] bytes = new byte[16 * 16 * 3];
        new Random(seed).nextBytes(bytes);
        Mat mat = new Mat(16, 16, opencv_core.CV_8UC3);
        mat.data().put(bytes);
        return mat;
    }

    private static Mat noiseMask(int seed) {
        Random random = new Random(seed);
        float[] values = new float[16 * 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        Mat mat = new Mat(16, 16, opencv_core.CV_32FC1);
        new FloatPointer(mat.data()).put(values);
        return mat;
    }

    private static Mat uniform(float value) {
        return new Mat(16, 16, opencv_core.CV_32FC1, Scalar.all(value));
    }

    private static Mat pixel(String bgr) {
        String[] values = bgr.split(" ", -1);
        Mat mat = new Mat(1, 1, opencv_core.CV_8UC3);
        for (int channel = 0; channel < 3; channel++) {
            mat.data().put(channel, (byte) Integer.parseInt(values[channel]));
        }
        return mat;
    }

    private static byte[] bytes(Mat mat) {
        byte[] bytes = new byte[(int) (3 * mat.total())];
        mat.data().get(bytes);
        return bytes;
    }
}
