package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.label.Mark.Corner;
import dev.facefuse.engine.label.Mark.Words;
import dev.facefuse.engine.picture.Picture;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTest {
    /** WCAG 2.2, 1.4.3, for text of any size. */
    private static final double LEAST_CONTRAST = 4.5;

    private static final Labelling LABELLING =
            new Labelling(new Labelling.Maker("0.1.0", "mesh", "1.0.0"), LabelSettings.DEFAULT);

    private static Picture plain(int width, int height, int grey) {
        try (Scalar colour = Scalar.all(grey)) {
            return Picture.of(new Mat(height, width, opencv_core.CV_8UC3, colour), null);
        }
    }

    /** The picture's grey values, row by row. */
    private static int[] marked(int width, int height, int grey, Mark mark) {
        try (Picture picture = plain(width, height, grey)) {
            LABELLING.mark(picture, mark);
            byte[] pixels = Samples.pixels(picture.bgr());
            int[] greys = new int[width * height];
            for (int i = 0; i < greys.length; i++) {
                greys[i] = pixels[3 * i] & 0xFF;
            }
            return greys;
        }
    }

    /** The smallest upright rectangle around what is not of this grey. */
    private record Box(int left, int top, int right, int bottom) {
        static Box of(int[] greys, int width, int grey) {
            Box box = new Box(width, greys.length / width, -1, -1);
            for (int i = 0; i < greys.length; i++) {
                if (greys[i] != grey) {
                    int x = i % width;
                    int y = i / width;
                    box = new Box(
                            Math.min(box.left, x),
                            Math.min(box.top, y),
                            Math.max(box.right, x),
                            Math.max(box.bottom, y));
                }
            }
            return box;
        }
    }

    @ParameterizedTest
    @CsvSource({"ZH, 0", "ZH, 128", "ZH, 255", "EN, 0", "EN, 128", "EN, 255"})
    void standsOutOnAnyGrey(Words words, int grey) {
        int[] greys = marked(400, 300, grey, new Mark(words, Corner.TOP_LEFT));
        int plate = greys[8 * 400 + 8];
        int ink = 0;
        for (int value : greys) {
            ink += value == 255 ? 1 : 0;
        }
        assertThat((luminance(255) + 0.05) / (luminance(plate) + 0.05)).isGreaterThan(LEAST_CONTRAST);
        if (grey < 255) {
            assertThat(ink).isGreaterThan(200);
        }
    }

    /** Relative luminance of a grey of sRGB. */
    private static double luminance(int grey) {
        double value = grey / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    @ParameterizedTest
    @EnumSource
    void standsInItsCornerInsideThePicture(Corner corner) {
        int width = 640;
        int height = 480;
        Box box = Box.of(marked(width, height, 200, new Mark(Words.ZH, corner)), width, 200);
        boolean left = box.right < width / 2;
        boolean top = box.bottom < height / 2;
        assertThat(left).isEqualTo(corner == Corner.TOP_LEFT || corner == Corner.BOTTOM_LEFT);
        assertThat(top).isEqualTo(corner == Corner.TOP_LEFT || corner == Corner.TOP_RIGHT);
        assertThat(left ? box.left : width - 1 - box.right).isBetween(5, 20);
        assertThat(top ? box.top : height - 1 - box.bottom).isBetween(5, 20);
    }

    /** The capital I is a bar as high as a letter: the longest run of ink in any column left of the other words. */
    @ParameterizedTest
    @CsvSource({"ZH, 640, 480", "EN, 640, 480", "ZH, 3000, 4000", "EN, 4000, 2000", "EN, 300, 300"})
    void lettersHaveATwentiethOfTheShorterEdge(Words words, int width, int height) {
        int[] greys = marked(width, height, 0, new Mark(words, Corner.TOP_LEFT));
        int longest = 0;
        int letter = (int) Math.ceil(0.05 * Math.min(width, height));
        for (int x = 0; x < 2.4 * letter; x++) {
            int run = 0;
            for (int y = 0; y < height; y++) {
                run = greys[y * width + x] > 127 ? run + 1 : 0;
                longest = Math.max(longest, run);
            }
        }
        assertThat(longest).isBetween(letter, letter + 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20, 61})
    void fitsIntoTheSmallestPicture(int edge) {
        for (Words words : new Words[] {Words.ZH, Words.EN}) {
            for (Corner corner : Corner.values()) {
                assertThat(marked(edge, 200, 128, new Mark(words, corner))).contains(128);
                assertThat(marked(200, edge, 128, new Mark(words, corner))).contains(128);
            }
        }
    }

    @Test
    void standsInTheBottomRightIfNothingIsSaid() {
        assertThat(marked(200, 200, 90, new Mark(Words.EN, null)))
                .isEqualTo(marked(200, 200, 90, new Mark(Words.EN, Corner.BOTTOM_RIGHT)));
    }

    @Test
    void noMarkChangesNothing() {
        assertThat(marked(64, 64, 90, Mark.NONE)).containsOnly(90);
        assertThat(marked(64, 64, 90, new Mark(Words.NONE, Corner.TOP_LEFT))).containsOnly(90);
    }

    @Test
    void isOpaqueWhereThePictureIsNot() {
        try (Scalar clear = Scalar.all(0);
                Picture picture = Picture.of(
                        new Mat(200, 200, opencv_core.CV_8UC3, clear), new Mat(200, 200, opencv_core.CV_8UC1, clear))) {
            LABELLING.mark(picture, new Mark(Words.ZH, Corner.TOP_LEFT));
            byte[] alpha = Samples.pixels(picture.alpha());
            assertThat(alpha[10 * 200 + 10]).isEqualTo((byte) 255);
            assertThat(alpha[150 * 200 + 150]).isZero();
        }
    }

    @Test
    void theSettingsMarkIsOnEveryPicture() {
        Mark settings = new Mark(Words.ZH, Corner.TOP_LEFT);
        assertThat(Mark.NONE.or(settings)).isEqualTo(settings);
        assertThat(new Mark(Words.EN, null).or(settings)).isEqualTo(new Mark(Words.EN, Corner.TOP_LEFT));
        assertThat(new Mark(Words.NONE, Corner.TOP_RIGHT).or(settings)).isEqualTo(new Mark(Words.ZH, Corner.TOP_RIGHT));
        assertThat(new Mark(Words.EN, Corner.TOP_RIGHT).or(settings)).isEqualTo(new Mark(Words.EN, Corner.TOP_RIGHT));
    }
}
