package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REFLECT_101;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The opacity of an enhanced crop: a box, blurred twice at half the crop's size and enlarged. All these operations are separable, so
 * that one profile is enough: the mask is {@code profile(x)·profile(y)}, between pixels too.
 */
final class EnhancerMask {
    private static final int DRAWN_PX = Alignment.ENHANCED_PX / 2;

    /** First and last pixel of the box. */
    private static final int BOX_FROM = 26;

    private static final int BOX_TO = 486;

    private static final int TAPS = 101;
    private static final double SIGMA = 11;

    private static final float[] PROFILE = profile();

    private EnhancerMask() {}

    private static float[] profile() {
        float[] box = new float[DRAWN_PX];
        Arrays.fill(box, BOX_FROM, BOX_TO + 1, 1);
        float[] profile = new float[Alignment.ENHANCED_PX];
        try (Mat row = new Mat(1, DRAWN_PX, CV_32FC1);
                Size taps = new Size(TAPS, 1);
                Size enlarged = new Size(Alignment.ENHANCED_PX, 1);
                Mat once = new Mat();
                Mat twice = new Mat();
                Mat large = new Mat()) {
            FloatBuffer drawn = row.createBuffer();
            drawn.put(box);
            GaussianBlur(row, once, taps, SIGMA, 0, BORDER_REFLECT_101, 0);
            GaussianBlur(once, twice, taps, SIGMA, 0, BORDER_REFLECT_101, 0);
            resize(twice, large, enlarged, 0, 0, INTER_LINEAR);
            FloatBuffer result = large.createBuffer();
            result.get(profile);
        }
        return profile;
    }

    /** Opacity at a point of the crop, 0 … 1; bilinear, 0 outside. */
    static float at(double x, double y) {
        return along(x) * along(y);
    }

    private static float along(double x) {
        if (!(x > -1 && x < PROFILE.length)) {
            return 0;
        }
        int left = (int) Math.floor(x);
        float right = (float) (x - left);
        return (1 - right) * value(left) + right * value(left + 1);
    }

    private static float value(int i) {
        return i < 0 || i >= PROFILE.length ? 0 : PROFILE[i];
    }
}
