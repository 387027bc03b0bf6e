package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class MeshTest {
    private static final double EXACT = 1e-3;

    @Property(tries = 100)
    void theSquareAroundIsTheSmallestThatHoldsAllPoints(
            @ForAll int seed, @ForAll @DoubleRange(min = -3.14, max = 3.14) double roll) {
        Mesh mesh = random(seed);
        RotatedSquare square = mesh.squareAround(roll);
        assertThat(square.roll()).isEqualTo(roll);
        double[] minMax = extentIn(mesh, square);
        assertThat(minMax[0]).isGreaterThanOrEqualTo(-EXACT);
        assertThat(minMax[1]).isLessThanOrEqualTo(1 + EXACT);
        assertThat(minMax[1] - minMax[0]).as("touches two sides").isCloseTo(1, within(EXACT));
    }

    /** Least and greatest crop coordinate, across or down. */
    private static double[] extentIn(Mesh mesh, RotatedSquare square) {
        Point origin = square.toPicture(0, 0);
        Point right = square.toPicture(1, 0);
        double[] minMax = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        double ux = (right.x() - origin.x()) / square.side();
        double uy = (right.y() - origin.y()) / square.side();
        for (int i = 0; i < Mesh.POINTS; i++) {
            double x = (mesh.x(i) - origin.x()) / square.side();
            double y = (mesh.y(i) - origin.y()) / square.side();
            for (double c : new double[] {x * ux + y * uy, -x * uy + y * ux}) {
                minMax[0] = Math.min(minMax[0], c);
                minMax[1] = Math.max(minMax[1], c);
            }
        }
        return minMax;
    }

    @Property(tries = 50)
    void boundsHoldAllPoints(@ForAll int seed) {
        Mesh mesh = random(seed);
        Box box = mesh.bounds();
        for (int i = 0; i < Mesh.POINTS; i++) {
            assertThat(mesh.x(i)).isBetween(box.x() - EXACT, box.x() + box.width() + EXACT);
            assertThat(mesh.y(i)).isBetween(box.y() - EXACT, box.y() + box.height() + EXACT);
        }
    }

    @Property(tries = 50)
    void distanceToAShiftedCopyIsTheShift(
            @ForAll int seed,
            @ForAll @DoubleRange(min = -50, max = 50) double x,
            @ForAll @DoubleRange(min = -50, max = 50) double y) {
        Mesh mesh = random(seed);
        float[] moved = mesh.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            moved[3 * i] += (float) x;
            moved[3 * i + 1] += (float) y;
        }
        assertThat(mesh.meanDistance(Mesh.of(moved))).isCloseTo(Math.hypot(x, y), within(EXACT));
        assertThat(mesh.meanDistance(mesh)).isZero();
    }

    @Test
    void keepsItsValuesToItself() {
        float[] values = random(1).toArray();
        Mesh mesh = Mesh.of(values);
        double before = mesh.x(0);
        values[0] += 1;
        mesh.toArray()[0] += 1;
        assertThat(mesh.x(0)).isEqualTo(before);
    }

    @Test
    void has468Points() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mesh.of(new float[3]))
                .withMessageContaining("468");
    }

    private static Mesh random(int seed) {
        Random random = new Random(seed);
        float[] xyz = new float[3 * Mesh.POINTS];
        for (int i = 0; i < xyz.length; i++) {
            xyz[i] = random.nextFloat() * 300 - 50;
        }
        return Mesh.of(xyz);
    }
}
