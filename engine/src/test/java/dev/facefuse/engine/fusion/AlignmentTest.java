package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Npz;
import dev.facefuse.engine.face.FivePoints;
import dev.facefuse.engine.face.Point;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with the original implementation's matrices. */
class AlignmentTest {
    private static final Npz GOLDEN = new Npz(Npz.GOLDEN.resolve("geometry.npz"));

    /** Tolerance in a picture or crop of 1024 pixels: the original fits in float32. */
    private static final double WITHIN_PX = 2e-3;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void alignsAsTheOriginal(int set) {
        FivePoints face = face(set);
        Similarity toFused = Alignment.toFused(face);
        Similarity toEnhanced = Alignment.toEnhanced(face);

        assertSame(toFused, "crop256", set);
        assertSame(toFused.inverse(), "crop256_inverse", set);
        assertSame(toEnhanced, "crop1024", set);
        assertSame(toEnhanced.inverse(), "crop1024_inverse", set);
    }

    private static FivePoints face(int set) {
        double[] points = GOLDEN.get("five_points").values();
        Point[] five = new Point[5];
        for (int i = 0; i < five.length; i++) {
            five[i] = new Point(points[10 * set + 2 * i], points[10 * set + 2 * i + 1]);
        }
        return new FivePoints(five[0], five[1], five[2], five[3], five[4]);
    }

    private static void assertSame(Similarity similarity, String name, int set) {
        double[] matrix = Arrays.copyOfRange(GOLDEN.get(name).values(), 6 * set, 6 * set + 6);
        for (double x : new double[] {0, 256, 1024}) {
            for (double y : new double[] {0, 256, 1024}) {
                Point expected =
                        new Point(matrix[0] * x + matrix[1] * y + matrix[2], matrix[3] * x + matrix[4] * y + matrix[5]);
                assertThat(similarity.apply(new Point(x, y)).distance(expected))
                        .as("%s of set %d at (%f, %f)", name, set, x, y)
                        .isLessThan(WITHIN_PX);
            }
        }
    }
}
