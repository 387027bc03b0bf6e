package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.face.Mesh;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshWarpTest {
    private static final int EDGE = 240;

    /** Middle of the cheek on the picture's left, and its mirror image. */
    private static final int LEFT_CHEEK = 205;

    private static final int RIGHT_CHEEK = 425;

    private static final MeshWarp WARP = new MeshWarp(SyntheticFace.TOPOLOGY);
    private static final Mesh FRONTAL = SyntheticFace.mesh(120, 120, 10, 0);

    @Test
    void findsEveryPixelOfAFaceInItself() {
        MeshWarp.Maps maps = draw(FRONTAL, FRONTAL);
        int covered = 0;
        for (int i = 0; i < EDGE * EDGE; i++) {
            if (maps.cover().data()[i] == 1) {
                covered++;
                assertThat(maps.directX().data()[i]).isCloseTo(i % EDGE, within(0.01f));
                int row = i / EDGE;
                assertThat(maps.directY().data()[i]).isCloseTo(row, within(0.01f));
            } else {
                assertThat(maps.cover().data()[i]).isZero();
                assertThat(maps.directX().data()[i]).isEqualTo(-1);
                assertThat(maps.mirrorShare().data()[i]).isZero();
            }
        }
        assertThat(covered).isCloseTo((int) ovalArea(FRONTAL), within((int) (0.02 * ovalArea(FRONTAL))));
    }

    /** The area by the shoelace formula. */
    private static double ovalArea(Mesh mesh) {
        int[] ring = SyntheticFace.TOPOLOGY.oval();
        double twice = 0;
        for (int i = 0; i < ring.length; i++) {
            int p = ring[i];
            int q = ring[(i + 1) % ring.length];
            twice += mesh.x(p) * mesh.y(q) - mesh.x(q) * mesh.y(p);
        }
        return Math.abs(twice) / 2;
    }

    @Test
    void hasNoHoles() {
        MeshWarp.Maps maps = draw(SyntheticFace.mesh(119.5, 121.25, 9.7, 12), FRONTAL);
        for (int y = 0; y < EDGE; y++) {
            int changes = 0;
            for (int x = 1; x < EDGE; x++) {
                if (maps.cover().data()[y * EDGE + x] != maps.cover().data()[y * EDGE + x - 1]) {
                    changes++;
                }
            }
            assertThat(changes).as("edges of the face in row %d", y).isIn(0, 2);
        }
    }

    @Test
    void seesBothSidesOfAFaceFromTheFront() {
        assertThat(draw(FRONTAL, FRONTAL).mirrorShare().data()).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {60, -60})
    void takesTheSideThatTheUserShows(double yaw) {
        Mesh turned = SyntheticFace.mesh(400, 300, 17, yaw);
        MeshWarp.Maps maps = draw(FRONTAL, turned);
        int hidden = yaw > 0 ? LEFT_CHEEK : RIGHT_CHEEK;
        int shown = yaw > 0 ? RIGHT_CHEEK : LEFT_CHEEK;
        assertThat(maps.mirrorShare().data()[at(hidden)]).isGreaterThan(0.9f);
        assertThat(maps.mirrorShare().data()[at(shown)]).isLessThan(0.1f);
        // The texture comes from the user's other cheek.
        assertThat((double) maps.mirroredX().data()[at(hidden)]).isCloseTo(turned.x(shown), within(17.0));
        assertThat((double) maps.mirroredY().data()[at(hidden)]).isCloseTo(turned.y(shown), within(17.0));
        for (float share : maps.mirrorShare().data()) {
            assertThat(share).isBetween(0f, 1f);
        }
    }

    /** In a turned target, triangles near the camera hide those behind them. */
    @Test
    void drawsTheFrontMost() {
        Mesh turned = SyntheticFace.mesh(120, 120, 10, 75);
        MeshWarp.Maps maps = draw(turned, FRONTAL);
        int shown = (int) Math.round(turned.y(RIGHT_CHEEK)) * EDGE + (int) Math.round(turned.x(RIGHT_CHEEK));
        assertThat((double) maps.directX().data()[shown]).isCloseTo(FRONTAL.x(RIGHT_CHEEK), within(12.0));
    }

    @Test
    void spreadsVertexValues() {
        double[] one = new double[Mesh.POINTS];
        double[] x = new double[Mesh.POINTS];
        for (int i = 0; i < Mesh.POINTS; i++) {
            one[i] = 1;
            x[i] = FRONTAL.x(i) / EDGE;
        }
        MeshWarp.Maps maps = WARP.draw(FRONTAL, FRONTAL, List.of(one, x), EDGE, EDGE);
        assertThat(maps.vertexValues()).hasSize(2);
        for (int i = 0; i < EDGE * EDGE; i++) {
            float cover = maps.cover().data()[i];
            assertThat(maps.vertexValues().get(0).data()[i]).isCloseTo(cover, within(1e-4f));
            assertThat(maps.vertexValues().get(1).data()[i]).isCloseTo(cover * (i % EDGE) / EDGE, within(1e-3f));
        }
    }

    @Test
    void drawsWhatIsOnTheCanvasOnly() {
        MeshWarp.Maps maps = draw(SyntheticFace.mesh(0, EDGE, 10, 0), FRONTAL);
        assertThat(maps.cover().data()[(EDGE - 1) * EDGE]).isEqualTo(1);
        assertThat(maps.cover().data()[EDGE - 1]).isZero();
    }

    private static int at(int point) {
        return (int) Math.round(FRONTAL.y(point)) * EDGE + (int) Math.round(FRONTAL.x(point));
    }

    private static MeshWarp.Maps draw(Mesh target, Mesh source) {
        return WARP.draw(target, source, List.of(), EDGE, EDGE);
    }
}
