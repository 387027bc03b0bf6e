package dev.facefuse.engine.retouch;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

class ToneTest {
    @Property(tries = 200)
    void nothingAskedIsNothingDone(
            @ForAll @IntRange(max = 255) int b,
            @ForAll @IntRange(max = 255) int g,
            @ForAll @IntRange(max = 255) int r) {
        assertThat(toned(b, g, r, 1, Retouching.NONE)).containsExactly(b, g, r);
    }

    @Test
    void touchesNothingWhereTheMaskIsZero() {
        assertThat(toned(10, 120, 240, 0, new Retouching(0, .5f, .5f, .5f))).containsExactly(10, 120, 240);
    }

    @Test
    void feathersByTheMask() {
        int whole = toned(100, 100, 100, 1, brightness(.5f))[0];
        int half = toned(100, 100, 100, .5, brightness(.5f))[0];

        assertThat(half - 100).isBetween((whole - 100) / 2 - 1, (whole - 100) / 2 + 1);
    }

    @Test
    void brightensAndDarkens() {
        // 255 · (64/255)^(4^−½) and 255 · (64/255)^(4^½).
        assertThat(toned(64, 64, 64, 1, brightness(.5f))[0]).isEqualTo(128);
        assertThat(toned(64, 64, 64, 1, brightness(-.5f))[0]).isEqualTo(16);
    }

    @Test
    void blackAndWhiteStay() {
        for (float value : new float[] {-.5f, .5f}) {
            Retouching all = new Retouching(0, value, value, value);
            Mat ends = new Mat(1, 2, opencv_core.CV_8UC3, Scalar.all(0));
            ends.ptr(0, 1).put(new byte[] {-1, -1, -1});
            Tone.apply(ends, new Mat(1, 2, opencv_core.CV_32FC1, Scalar.all(1)), all);

            assertThat(ends.ptr(0, 0).get() & 0xFF).isZero();
            assertThat(ends.ptr(0, 1).get() & 0xFF).isEqualTo(255);
        }
    }

    @Test
    void contrastSpreadsAboutTheFacesMean() {
        Mat face = new Mat(1, 2, opencv_core.CV_8UC3, Scalar.all(60));
        face.ptr(0, 1).put(new byte[] {80, 80, 80});

        Tone.apply(face, new Mat(1, 2, opencv_core.CV_32FC1, Scalar.all(1)), new Retouching(0, 0, .5f, 0));

        int dark = face.ptr(0, 0).get() & 0xFF;
        int light = face.ptr(0, 1).get() & 0xFF;
        assertThat(light - dark).isBetween(28, 31);
        assertThat((light + dark) / 2.0).isBetween(68.0, 72.0);
    }

    @Test
    void saturationHalvesAndGrowsByHalf() {
        int[] grey = toned(100, 100, 150, 1, saturation(-.5f));
        int[] colourful = toned(100, 100, 150, 1, saturation(.5f));

        assertThat(grey[2] - grey[0]).isEqualTo(25);
        assertThat(colourful[2] - colourful[0]).isEqualTo(75);
    }

    @Property(tries = 300)
    void keepsTheHue(
            @ForAll @IntRange(max = 255) int b,
            @ForAll @IntRange(max = 255) int g,
            @ForAll @IntRange(max = 255) int r,
            @ForAll @FloatRange(min = -.5f, max = .5f) float brightness,
            @ForAll @FloatRange(min = -.5f, max = .5f) float saturation) {
        int[] result = toned(b, g, r, 1, new Retouching(0, brightness, 0, saturation));
        float[] before = Color.RGBtoHSB(r, g, b, null);
        float[] after = Color.RGBtoHSB(result[2], result[1], result[0], null);
        int colour = Math.max(result[0], Math.max(result[1], result[2]))
                - Math.min(result[0], Math.min(result[1], result[2]));
        int colourBefore = Math.max(b, Math.max(g, r)) - Math.min(b, Math.min(g, r));
        if (colour == 0 || colourBefore == 0) {
            return; // Grey has no hue.
        }
        float turn = Math.abs(before[0] - after[0]);
        float rounding = 1f / 6 / colour + 1e-4f;

        assertThat(Math.min(turn, 1 - turn)).isLessThanOrEqualTo(rounding);
    }

    private static Retouching brightness(float value) {
        return new Retouching(0, value, 0, 0);
    }

    private static Retouching saturation(float value) {
        return new Retouching(0, 0, 0, value);
    }

    private static int[] toned(int b, int g, int r, double mask, Retouching retouching) {
        Mat pixel = new Mat(1, 1, opencv_core.CV_8UC3);
        pixel.data().put(new byte[] {(byte) b, (byte) g, (byte) r});
        Tone.apply(pixel, new Mat(1, 1, opencv_core.CV_32FC1, Scalar.all(mask)), retouching);
        byte[] bytes = new byte[3];
        pixel.data().get(bytes);
        return new int[] {bytes[0] & 0xFF, bytes[1] & 0xFF, bytes[2] & 0xFF};
    }
}
