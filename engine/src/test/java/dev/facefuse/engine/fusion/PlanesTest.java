package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Npz;
import org.junit.jupiter.api.Test;

class PlanesTest {
    private static final Npz GOLDEN = new Npz(Npz.GOLDEN.resolve("geometry.npz"));

    /** The original's warp: each result pixel is sampled at the point that the inverse matrix gives. */
    @Test
    void samplesAsTheOriginalWarps() {
        Npz.Array image = GOLDEN.get("warp.image");
        Npz.Array result = GOLDEN.get("warp.result");
        Planes planes = new Planes(3, image.shape()[2], image.floats());
        double[] m = GOLDEN.get("warp.matrix").values();
        double determinant = m[0] * m[4] - m[1] * m[3];
        int height = result.shape()[2];
        int width = result.shape()[3];
        for (int i = 0; i < result.values().length; i++) {
            double dx = i % width - m[2];
            double dy = i / width % height - m[5];
            double x = (m[4] * dx - m[1] * dy) / determinant;
            double y = (m[0] * dy - m[3] * dx) / determinant;
            assertThat((double) planes.at(i / (width * height), x, y)).isCloseTo(result.values()[i], within(1e-4));
        }
    }

    @Test
    void isNothingOutside() {
        Planes ones = new Planes(1, 2, new float[] {1, 1, 1, 1});
        assertThat(ones.at(0, 0.5, 0.5)).isEqualTo(1);
        assertThat(ones.at(0, -0.25, 0)).isEqualTo(0.75f);
        assertThat(ones.at(0, 1.75, 1.5)).isEqualTo(0.25f * 0.5f);
        assertThat(ones.at(0, -1, 0)).isZero();
        assertThat(ones.at(0, 0, 2)).isZero();
        assertThat(ones.at(0, Double.NaN, 0)).isZero();
    }

    @Test
    void resizesBetweenTheCentresOfTheCornersOrTheirOuterEdges() {
        Planes ramp = new Planes(1, 4, new float[] {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3});
        assertThat(ramp.resized(3, Planes.Corners.ALIGNED).data()).containsExactly(0, 1.5f, 3, 0, 1.5f, 3, 0, 1.5f, 3);
        assertThat(ramp.resized(2, Planes.Corners.OUTER).data()).containsExactly(0.5f, 2.5f, 0.5f, 2.5f);
        assertThat(ramp.resized(8, Planes.Corners.OUTER).data())
                .startsWith(0, 0.25f, 0.75f, 1.25f, 1.75f, 2.25f, 2.75f, 3);
    }

    @Test
    void mapsAndClampsValues() {
        Planes planes = new Planes(1, 2, new float[] {-2, -1, 0.5f, 3});
        assertThat(planes.mapped(0.5f, 0.5f, 0, 1).data()).containsExactly(0, 0, 0.75f, 1);
    }
}
