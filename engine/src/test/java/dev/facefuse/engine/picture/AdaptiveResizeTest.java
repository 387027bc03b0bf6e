package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveResizeTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 512, 512",
        "511, 511, 512, 512",
        "511, 900, 512, 900",
        "300, 200, 512, 512",
        "2000, 100, 2000, 512",
        "512, 512, 768, 768",
        "512, 1024, 768, 1536",
        "743, 1155, 768, 1194",
        "768, 900, 768, 900",
        "1023, 1023, 768, 768",
        "1024, 1500, 1024, 1500",
        "1025, 2050, 1024, 2048",
        "3000, 2000, 1536, 1024"
    })
    void followsTheThreeRules(int width, int height, int workingWidth, int workingHeight) {
        try (Picture picture = ramp(width, height);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            assertThat(working.picture().width()).isEqualTo(workingWidth);
            assertThat(working.picture().height()).isEqualTo(workingHeight);
            assertThat(working.warning().isPresent()).isEqualTo(Math.min(width, height) >= 1024);
        }
    }

    @Test
    void padsByReflectionAsOftenAsNeeded() {
        try (Picture picture = ramp(3, 2);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            assertThat(row(working.picture(), 0, 8)).containsExactly(0, 10, 20, 10, 0, 10, 20, 10);
            assertThat(row(working.picture(), 1, 3)).containsExactly(1, 11, 21);
            assertThat(row(working.picture(), 2, 3)).containsExactly(0, 10, 20);
            assertThat(working.mapping()).isEqualTo(new Mapping(1, 1, 3, 2));
        }
    }

    @Test
    void repeatsASinglePixel() {
        try (Picture picture = ramp(1, 1);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            assertThat(row(working.picture(), 511, 512)).containsOnly(0);
        }
    }

    @Test
    void sharesPixelsThatHaveTheirSizeAlready() {
        try (Picture picture = ramp(768, 800)) {
            try (WorkingPicture working = AdaptiveResize.apply(picture)) {
                assertThat(working.picture().bgr().data())
                        .isEqualTo(picture.bgr().data());
            }
            assertThat(row(picture, 0, 2)).containsExactly(0, 10);
        }
    }

    @Property(tries = 200)
    void mappingThereAndBackIsTheSamePlace(
            @ForAll @IntRange(min = 1, max = 4000) int width,
            @ForAll @IntRange(min = 1, max = 4000) int height,
            @ForAll @DoubleRange(min = -10, max = 5000) double x,
            @ForAll @DoubleRange(min = -10, max = 5000) double y) {
        Mapping mapping = new Mapping(1024.0 / width, 1000.0 / height, 1024, 1000);

        assertThat(mapping.toPictureX(mapping.toWorkingX(x))).isCloseTo(x, within(1e-6));
        assertThat(mapping.toWorkingY(mapping.toPictureY(y))).isCloseTo(y, within(1e-6));
    }

    @Test
    void mappingTakesBordersToBorders() {
        try (Picture picture = ramp(1200, 2400);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            Mapping mapping = working.mapping();

            assertThat(mapping.toPictureX(-0.5)).isCloseTo(-0.5, within(1e-9));
            assertThat(mapping.toPictureX(1023.5)).isCloseTo(1199.5, within(1e-9));
            assertThat(mapping.toPictureY(2047.5)).isCloseTo(2399.5, within(1e-9));
        }
    }

    @Test
    void mappingFindsAScaledEdgeWhereItWas() {
        try (Picture picture = PictureCorpus.cornersPicture(1600, 1200);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            double edge = working.mapping().toWorkingX(799.5);
            Mat bgr = working.picture().bgr();

            // Blue rises from 20 to 30 between the upper quarters, exactly in the middle.
            assertThat(bgr.ptr(10, (int) Math.floor(edge - 1)).get(1) & 0xFF).isEqualTo(40);
            assertThat(bgr.ptr(10, (int) Math.ceil(edge + 1)).get(1) & 0xFF).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100, 50, 512, 512, 256",
        "50, 100, 1024, 512, 1024",
        "3000, 3, 512, 512, 1",
        "3000, 1, 512, 512, 1",
        "743, 1155, 2048, 1317, 2048"
    })
    void outputHasTheLongestEdgeAskedFor(int width, int height, int longestEdge, int newWidth, int newHeight) {
        try (Picture picture = Picture.of(ramp(width, height).bgr(), new Mat(height, width, opencv_core.CV_8UC1));
                Picture resized = picture.withLongestEdge(longestEdge)) {
            assertThat(resized.width()).isEqualTo(newWidth);
            assertThat(resized.height()).isEqualTo(newHeight);
            assertThat(resized.alpha().cols()).isEqualTo(newWidth);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1024"})
    void outputThatFitsIsTheSamePicture(int longestEdge) {
        try (Picture picture = ramp(1024, 10)) {
            assertThat(picture.withLongestEdge(longestEdge)).isSameAs(picture);
        }
    }

    /** A pixel's value is {@code 10·x + y}, modulo 256. */
    private static Picture ramp(int width, int height) {
        Mat bgr = new Mat(height, width, opencv_core.CV_8UC3);
        byte[] row = new byte[3 * width];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (byte) (i / 3 * 10 + y);
            }
            bgr.ptr(y).put(row);
        }
        return Picture.of(bgr, null);
    }

    private static int[] row(Picture picture, int y, int count) {
        int[] values = new int[count];
        for (int x = 0; x < count; x++) {
            values[x] = picture.bgr().ptr(y, x).get() & 0xFF;
        }
        return values;
    }
}
