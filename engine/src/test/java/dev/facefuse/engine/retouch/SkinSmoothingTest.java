package dev.facefuse.engine.retouch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntBinaryOperator;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

class SkinSmoothingTest {
    private static final int SIZE = 120;
    private static final double EYE_DISTANCE = 60;

    @Test
    void strengthZeroTouchesNothing() {
        Mat blotches = grey(SkinSmoothingTest::blotches);
        byte[] before = bytes(blotches);

        SkinSmoothing.apply(blotches, everywhere(), 0f, EYE_DISTANCE);

        assertThat(bytes(blotches)).isEqualTo(before);
    }

    @Test
    void touchesNothingOutsideTheMask() {
        Mat blotches = grey(SkinSmoothingTest::blotches);
        byte[] before = bytes(blotches);
        Mat leftHalf = new Mat(SIZE, SIZE, opencv_core.CV_32FC1, Scalar.all(0));
        new Mat(leftHalf, new Rect(0, 0, SIZE / 2, SIZE)).put(Scalar.all(1));

        SkinSmoothing.apply(blotches, leftHalf, 1f, EYE_DISTANCE);

        byte[] after = bytes(blotches);
        for (int i = 0; i < after.length; i++) {
            if (i / 3 % SIZE >= SIZE / 2) {
                assertThat(after[i]).isEqualTo(before[i]);
            }
        }
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void anEmptyMaskIsNothingToDo() {
        Mat blotches = grey(SkinSmoothingTest::blotches);
        byte[] before = bytes(blotches);

        SkinSmoothing.apply(blotches, new Mat(SIZE, SIZE, opencv_core.CV_32FC1, Scalar.all(0)), 1f, EYE_DISTANCE);

        assertThat(bytes(blotches)).isEqualTo(before);
    }

    @Test
    void takesBlotchesAway() {
        assertThat(contrastLeft(SkinSmoothingTest::blotches, 1f)).isLessThan(0.35);
    }

    @Test
    void keepsAShareOfTheFinestDetail() {
        assertThat(contrastLeft(SkinSmoothingTest::pores, 1f)).isBetween(0.4, 0.8);
    }

    @Test
    void keepsEdges() {
        assertThat(contrastLeft((x, y) -> x < SIZE / 2 ? 60 : 190, 1f)).isGreaterThan(0.97);
    }

    @Test
    void moreStrengthSmoothsMore() {
        double some = contrastLeft(SkinSmoothingTest::blotches, 0.3f);
        double more = contrastLeft(SkinSmoothingTest::blotches, 0.6f);

        assertThat(some).isBetween(more, 1.0);
        assertThat(more).isGreaterThan(contrastLeft(SkinSmoothingTest::blotches, 1f));
    }

    @Test
    void worksOnTheSmallestFace() {
        Mat pixel = new Mat(1, 1, opencv_core.CV_8UC3, Scalar.all(90));

        SkinSmoothing.apply(pixel, new Mat(1, 1, opencv_core.CV_32FC1, Scalar.all(1)), 1f, 0.5);

        assertThat(bytes(pixel)).containsOnly(90);
    }

    /** Spots of a tenth of the eye distance, 12 levels high and low. */
    private static int blotches(int x, int y) {
        return 150 + (int) Math.round(6 * Math.sin(x * 2 * Math.PI / 12) * Math.sin(y * 2 * Math.PI / 12));
    }

    private static int pores(int x, int y) {
        return 150 + ((x + y) % 2 == 0 ? 5 : -5);
    }

    /** Deviation after smoothing over that before, away from the picture's border. */
    private static double contrastLeft(IntBinaryOperator pattern, float strength) {
        Mat pixels = grey(pattern);
        double before = deviation(pixels);
        SkinSmoothing.apply(pixels, everywhere(), strength, EYE_DISTANCE);
        return deviation(pixels) / before;
    }

    private static double deviation(Mat pixels) {
        Mat inner = new Mat(pixels, new Rect(20, 20, SIZE - 40, SIZE - 40));
        Mat mean = new Mat();
        Mat deviation = new Mat();
        opencv_core.meanStdDev(inner, mean, deviation);
        return new DoublePointer(deviation.data()).get();
    }

    private static Mat everywhere() {
        return new Mat(SIZE, SIZE, opencv_core.CV_32FC1, Scalar.all(1));
    }

    private static Mat grey(IntBinaryOperator pattern) {
        Mat mat = new Mat(SIZE, SIZE, opencv_core.CV_8UC3);
        byte[] bytes = new byte[3 * SIZE * SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) pattern.applyAsInt(i / 3 % SIZE, i / 3 / SIZE);
        }
        mat.data().put(bytes);
        return mat;
    }

    private static byte[] bytes(Mat mat) {
        byte[] bytes = new byte[(int) (3 * mat.total())];
        mat.data().get(bytes);
        return bytes;
    }
}
