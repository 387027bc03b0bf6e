package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Samples;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.bytedeco.opencv.opencv_core.Mat;

class RotatedSquareTest {
    private static final double EXACT = 1e-6;

    /** Edge of the gradient picture, pixels. */
    private static final int EDGE = 200;

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void hasItsCornersHalfADiagonalFromItsCentre(@ForAll("squares") RotatedSquare square) {
        for (Point corner : new Point[] {
            square.toPicture(0, 0), square.toPicture(1, 0), square.toPicture(0, 1), square.toPicture(1, 1)
        }) {
            assertThat(corner.distance(square.centre())).isCloseTo(square.side() / Math.sqrt(2), within(EXACT));
        }
        assertThat(square.toPicture(0.5, 0.5).distance(square.centre())).isCloseTo(0, within(EXACT));
        assertThat(square.toPicture(0, 0).distance(square.toPicture(1, 0))).isCloseTo(square.side(), within(EXACT));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void itsUpperEdgeHasItsRoll(@ForAll("squares") RotatedSquare square) {
        double angle = square.toPicture(0, 0).angleTo(square.toPicture(1, 0));
        assertThat(Math.IEEEremainder(angle - square.roll(), 2 * Math.PI)).isCloseTo(0, within(EXACT));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void nudgedShowsTheNeighbourhood(
            @ForAll("squares") RotatedSquare square,
            @ForAll @DoubleRange(min = -1, max = 1) double shiftX,
            @ForAll @DoubleRange(min = -1, max = 1) double shiftY,
            @ForAll @DoubleRange(min = 0, max = 1) double u,
            @ForAll @DoubleRange(min = 0, max = 1) double v) {
        Point nudged = square.nudged(shiftX, shiftY, 0).toPicture(u, v);
        assertThat(nudged.distance(square.toPicture(u + shiftX, v + shiftY))).isCloseTo(0, within(EXACT));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void turnsAboutItsCentreAndBack(
            @ForAll("squares") RotatedSquare square, @ForAll @DoubleRange(min = -3, max = 3) double turn) {
        RotatedSquare turned = square.nudged(0, 0, turn);
        assertThat(turned.centre()).isEqualTo(square.centre());
        assertThat(turned.nudged(0, 0, -turn).toPicture(0, 0).distance(square.toPicture(0, 0)))
                .isCloseTo(0, within(EXACT));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void scalesAboutItsCentre(
            @ForAll("squares") RotatedSquare square, @ForAll @DoubleRange(min = 0.1, max = 4) double factor) {
        RotatedSquare scaled = square.scaled(factor);
        assertThat(scaled.centre()).isEqualTo(square.centre());
        assertThat(scaled.toPicture(0.1, 0.8)
                        .distance(square.toPicture(0.5 + (0.1 - 0.5) * factor, 0.5 + 0.3 * factor)))
                .isCloseTo(0, within(EXACT));
    }

    /** Each crop pixel shows the place {@link RotatedSquare#toPicture} names, the border repeated outside. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void cutsWhatItSays(@ForAll("cuttable") RotatedSquare square) {
        assertCutsTheGradient(square, 48, 1.01);
    }

    /** The same where the picture is shrunk first; at the border the mean of the last pixels repeats. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void cutsWhatItSaysWhenItShrinks(@ForAll("cuttable") RotatedSquare square) {
        int size = 16;
        RotatedSquare large = square.scaled(2.5);
        assertCutsTheGradient(large, size, 1.01 + large.side() / size / 2);
    }

    private static void assertCutsTheGradient(RotatedSquare square, int size, double tolerance) {
        try (Mat picture = Samples.gradient(EDGE);
                Mat crop = square.cut(picture, size)) {
            assertThat(crop.cols()).isEqualTo(size);
            assertThat(crop.rows()).isEqualTo(size);
            byte[] pixels = Samples.pixels(crop);
            for (int i = 0; i < size * size; i++) {
                int row = i / size;
                int column = i % size;
                Point place = square.toPicture((column + 0.5) / size, (row + 0.5) / size);
                assertThat(pixels[3 * i] & 0xFF)
                        .as("x at %s", place)
                        .isCloseTo((int) Math.round(inside(place.x())), within((int) Math.ceil(tolerance)));
                assertThat(pixels[3 * i + 1] & 0xFF)
                        .as("y at %s", place)
                        .isCloseTo((int) Math.round(inside(place.y())), within((int) Math.ceil(tolerance)));
            }
        }
    }

    private static double inside(double x) {
        return Math.max(0, Math.min(EDGE - 1.0, x));
    }

    @Provide
    Arbitrary<RotatedSquare> squares() {
        return squares(-1000, 1000, 1, 2000);
    }

    /** About the gradient picture: inside, over its edges, and beyond. */
    @Provide
    Arbitrary<RotatedSquare> cuttable() {
        return squares(-40, EDGE + 40.0, 10, 70);
    }

    private static Arbitrary<RotatedSquare> squares(double from, double to, double smallest, double largest) {
        Arbitrary<Point> centres = Combinators.combine(
                        Arbitraries.doubles().between(from, to),
                        Arbitraries.doubles().between(from, to))
                .as(Point::new);
        return Combinators.combine(
                        centres,
                        Arbitraries.doubles().between(smallest, largest),
                        Arbitraries.doubles().between(-3.14, 3.14))
                .as(RotatedSquare::new);
    }
}
