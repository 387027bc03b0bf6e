package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.Test;

class EnhancerMaskTest {
    /** The mask by definition: drawn, blurred and enlarged in two dimensions. */
    @Test
    void isABoxBlurredTwiceAndEnlarged() {
        try (Scalar black = new Scalar(0, 0, 0, 0);
                Scalar white = new Scalar(1, 1, 1, 0);
                Mat mask = new Mat(512, 512, CV_32FC1, black);
                Point from = new Point(26, 26);
                Point to = new Point(486, 486);
                Size taps = new Size(101, 101);
                Size large = new Size(1024, 1024)) {
            rectangle(mask, from, to, white, -1, 8, 0);
            GaussianBlur(mask, mask, taps, 11);
            GaussianBlur(mask, mask, taps, 11);
            resize(mask, mask, large);
            FloatIndexer values = mask.createIndexer();
            for (int y = 0; y < 1024; y += 13) {
                for (int x = 0; x < 1024; x += 11) {
                    assertThat((double) EnhancerMask.at(x, y)).isCloseTo(values.get(y, x), within(1e-5));
                }
            }
        }
    }

    @Test
    void isBilinearBetweenPixelsAndNothingOutside() {
        double between =
                (EnhancerMask.at(40, 60) + EnhancerMask.at(41, 60) + EnhancerMask.at(40, 61) + EnhancerMask.at(41, 61))
                        / 4;
        assertThat((double) EnhancerMask.at(40.5, 60.5)).isCloseTo(between, within(1e-6));
        assertThat(EnhancerMask.at(-1, 500)).isZero();
        assertThat(EnhancerMask.at(500, 1024)).isZero();
        assertThat(EnhancerMask.at(Double.NaN, 500)).isZero();
        assertThat((double) EnhancerMask.at(512, 512)).isCloseTo(1, within(1e-6));
    }
}
