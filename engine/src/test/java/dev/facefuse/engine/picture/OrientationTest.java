package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** The eight orientations are the symmetries of a rectangle. */
class OrientationTest {
    @Property
    void oneAfterAnotherIsAThird(@ForAll Orientation first, @ForAll Orientation second) {
        String turnedTwice = turned(turnedMat(first), second);

        assertThat(Arrays.stream(Orientation.values()).map(o -> turned(pixels(), o)))
                .containsOnlyOnce(turnedTwice);
    }

    @Property
    void eachIsUndoneByExactlyOne(@ForAll Orientation orientation) {
        String untouched = turned(pixels(), Orientation.UPRIGHT);

        List<Orientation> inverse = Arrays.stream(Orientation.values())
                .filter(o -> turned(turnedMat(orientation), o).equals(untouched))
                .toList();

        assertThat(inverse).hasSize(1);
    }

    private static Mat turnedMat(Orientation orientation) {
        return orientation.turn(pixels());
    }

    private static String turned(Mat mat, Orientation orientation) {
        try (Mat result = orientation.turn(mat)) {
            byte[] bytes = new byte[(int) (3 * result.total())];
            result.data().get(bytes);
            return result.cols() + ":" + Arrays.toString(bytes);
        }
    }

    /** 3×2, every value another. */
    private static Mat pixels() {
        Mat mat = new Mat(2, 3, opencv_core.CV_8UC3);
        for (int i = 0; i < 18; i++) {
            mat.data().put(i, (byte) (10 * i));
        }
        return mat;
    }
}
