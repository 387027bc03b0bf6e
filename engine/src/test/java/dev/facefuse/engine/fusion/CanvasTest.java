package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Test;

class CanvasTest {
    private static final int EDGE = 240;

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void holdsTheMeshWithItsMargin(
            @ForAll @DoubleRange(min = -300, max = 3000) double x,
            @ForAll @DoubleRange(min = -300, max = 3000) double y,
            @ForAll @DoubleRange(min = 0.3, max = 200) double scale,
            @ForAll @DoubleRange(min = 0.05, max = 3) double maxScale) {
        Mesh mesh = SyntheticFace.mesh(x, y, scale, 20);
        double margin = 2 * scale;
        Canvas canvas = Canvas.around(mesh, margin, maxScale);
        assertThat(Math.max(canvas.width(), canvas.height())).isBetween(1, Canvas.MAX_EDGE_PX);
        assertThat(canvas.scaleX()).isLessThanOrEqualTo(1);
        assertThat(canvas.scaleY()).isLessThanOrEqualTo(1);
        Mesh moved = canvas.toCanvas(mesh);
        for (int i = 0; i < Mesh.POINTS; i++) {
            assertThat(moved.x(i)).isBetween(-0.5 + margin * canvas.scaleX() - 1, canvas.width() - 0.5);
            assertThat(moved.y(i)).isBetween(-0.5 + margin * canvas.scaleY() - 1, canvas.height() - 0.5);
            assertThat((moved.x(i) + 0.5) / canvas.scaleX() - 0.5 + canvas.left())
                    .isCloseTo(mesh.x(i), within(0.01));
            assertThat((moved.y(i) + 0.5) / canvas.scaleY() - 0.5 + canvas.top())
                    .isCloseTo(mesh.y(i), within(0.01));
        }
    }

    /** A point of the picture has its colour at the mapped point of the canvas; outside, the border is repeated. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void cutsThePictureWhereTheMeshIs(
            @ForAll @DoubleRange(min = 0, max = EDGE) double x,
            @ForAll @DoubleRange(min = 0, max = EDGE) double y,
            @ForAll @DoubleRange(min = 1, max = 12) double scale) {
        Canvas canvas = Canvas.around(SyntheticFace.mesh(x, y, scale, 0), scale, 1);
        try (Mat picture = Samples.gradient(EDGE);
                Mat view = canvas.cut(picture);
                Mat piece = view.clone()) {
            assertThat(canvas.isFullScale()).isTrue();
            assertThat(piece.cols()).isEqualTo(canvas.width());
            assertThat(piece.rows()).isEqualTo(canvas.height());
            byte[] pixels = Samples.pixels(piece);
            for (int i = 0; i < piece.cols() * piece.rows(); i++) {
                assertThat(pixels[3 * i] & 0xFF).isEqualTo(inside(canvas.left() + i % piece.cols()));
                assertThat(pixels[3 * i + 1] & 0xFF).isEqualTo(inside(canvas.top() + i / piece.cols()));
            }
        }
    }

    @Test
    void boundsTheMemoryOfALargeFace() {
        Mesh mesh = SyntheticFace.mesh(4000, 4000, 300, 0);
        Canvas canvas = Canvas.around(mesh, 100, 1);
        assertThat(Math.max(canvas.width(), canvas.height())).isEqualTo(Canvas.MAX_EDGE_PX);
        assertThat(canvas.scaleX()).isCloseTo(canvas.scaleY(), within(0.002));
        assertThat(canvas.isFullScale()).isFalse();
    }

    @Test
    void staysInsideThePicture() {
        try (Mat picture = Samples.gradient(EDGE);
                Rect inside =
                        Canvas.around(SyntheticFace.mesh(0, EDGE, 8, 0), 10, 1).inside(picture)) {
            assertThat(inside.x()).isZero();
            assertThat(inside.y() + inside.height()).isEqualTo(EDGE);
            assertThat(inside.width()).isBetween(1, EDGE);
        }
    }

    @Test
    void refusesAFaceOutsideThePicture() {
        Canvas outside = Canvas.around(SyntheticFace.mesh(-500, 0, 3, 0), 1, 1);
        try (Mat picture = Samples.gradient(EDGE)) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> outside.cut(picture))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_FACE));
        }
    }

    private static int inside(int x) {
        return Math.max(0, Math.min(EDGE - 1, x));
    }
}
