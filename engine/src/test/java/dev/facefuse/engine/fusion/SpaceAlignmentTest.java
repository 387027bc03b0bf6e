package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.face.Mesh;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SpaceAlignmentTest {
    private static final Mesh FACE = SyntheticFace.mesh(200, 150, 10, 0);

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void findsTheSimilarityAgain(
            @ForAll int seed,
            @ForAll @DoubleRange(min = 0.1, max = 8) double scale,
            @ForAll @DoubleRange(min = -500, max = 500) double shift) {
        double[] rotation = rotation(seed);
        Mesh moved = moved(FACE, rotation, scale, shift);
        SpaceAlignment found = SpaceAlignment.of(FACE, moved);
        for (int i = 0; i < 9; i++) {
            assertThat(found.linear()[i]).isCloseTo(scale * rotation[i], within(1e-3 * scale));
        }
        double[] applied = found.apply(FACE);
        for (int i = 0; i < Mesh.POINTS; i++) {
            assertThat(applied[3 * i]).isCloseTo(moved.x(i), within(0.02));
            assertThat(applied[3 * i + 1]).isCloseTo(moved.y(i), within(0.02));
            assertThat(applied[3 * i + 2]).isCloseTo(moved.z(i), within(0.02));
        }
    }

    /** A mirrored face is another face: the result is the best alignment that does not swap left and right. */
    @Test
    void doesNotMirror() {
        float[] xyz = FACE.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] = -xyz[3 * i];
        }
        double[] m = SpaceAlignment.of(FACE, Mesh.of(xyz)).linear();
        double determinant = m[0] * (m[4] * m[8] - m[5] * m[7])
                - m[1] * (m[3] * m[8] - m[5] * m[6])
                + m[2] * (m[3] * m[7] - m[4] * m[6]);
        assertThat(determinant).isPositive();
    }

    private static Mesh moved(Mesh mesh, double[] rotation, double scale, double shift) {
        float[] xyz = new float[3 * Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            for (int r = 0; r < 3; r++) {
                xyz[3 * i + r] = (float) (scale
                                * (rotation[3 * r] * mesh.x(i)
                                        + rotation[3 * r + 1] * mesh.y(i)
                                        + rotation[3 * r + 2] * mesh.z(i))
                        + shift * (r + 1));
            }
        }
        return Mesh.of(xyz);
    }

    /** From a random unit quaternion. */
    private static double[] rotation(int seed) {
        Random random = new Random(seed);
        double w = random.nextGaussian();
        double x = random.nextGaussian();
        double y = random.nextGaussian();
        double z = random.nextGaussian();
        double length = Math.sqrt(w * w + x * x + y * y + z * z);
        w /= length;
        x /= length;
        y /= length;
        z /= length;
        return new double[] {
            1 - 2 * (y * y + z * z),
            2 * (x * y - w * z),
            2 * (x * z + w * y),
            2 * (x * y + w * z),
            1 - 2 * (x * x + z * z),
            2 * (y * z - w * x),
            2 * (x * z - w * y),
            2 * (y * z + w * x),
            1 - 2 * (x * x + y * y)
        };
    }
}
