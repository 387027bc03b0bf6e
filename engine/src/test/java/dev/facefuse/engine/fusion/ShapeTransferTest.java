package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.face.Mesh;
import org.junit.jupiter.api.Test;

class ShapeTransferTest {
    private static final int NOSE_TIP = 1;

    private static final ShapeTransfer TRANSFER = new ShapeTransfer(SyntheticFace.TOPOLOGY);
    private static final Mesh TEMPLATE = SyntheticFace.mesh(200, 200, 10, 15);

    @Test
    void leavesAFaceItsOwnShape() {
        assertThat(TRANSFER.apply(TEMPLATE, TEMPLATE).meanDistance(TEMPLATE)).isCloseTo(0, within(1e-3));
    }

    /** Position, size and pose are not part of the shape. */
    @Test
    void doesNotMoveTheHead() {
        Mesh elsewhere = SyntheticFace.mesh(-40, 900, 23, -20);
        assertThat(TRANSFER.apply(TEMPLATE, elsewhere).meanDistance(TEMPLATE)).isCloseTo(0, within(0.02));
    }

    @Test
    void movesSomeOfTheShapeInAndNothingOfTheOutline() {
        float[] xyz = TEMPLATE.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            double nearNose = Math.exp(-TEMPLATE.point(i).distance(TEMPLATE.point(NOSE_TIP)) / 25);
            xyz[3 * i + 1] += (float) (12 * nearNose);
        }
        Mesh longNosed = Mesh.of(xyz);
        Mesh moved = TRANSFER.apply(TEMPLATE, longNosed);
        double wanted = longNosed.y(NOSE_TIP) - TEMPLATE.y(NOSE_TIP);
        assertThat(moved.y(NOSE_TIP) - TEMPLATE.y(NOSE_TIP)).isBetween(0.1 * wanted, 0.7 * wanted);
        for (int i : SyntheticFace.TOPOLOGY.oval()) {
            assertThat(moved.point(i).distance(TEMPLATE.point(i))).isCloseTo(0, within(1e-3));
        }
    }

    /** An open mouth is expression: the template keeps its own. */
    @Test
    void leavesTheExpression() {
        int[] lips = SyntheticFace.TOPOLOGY.lipsInner();
        Mesh shut = SyntheticFace.opened(TEMPLATE, lips, 0.02);
        Mesh open = SyntheticFace.opened(TEMPLATE, lips, 0.5);
        Mesh moved = TRANSFER.apply(shut, open);
        assertThat(EyeMouthState.openness(moved, lips)).isCloseTo(EyeMouthState.openness(shut, lips), within(0.01));
    }
}
