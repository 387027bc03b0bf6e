package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.face.Point;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SimilarityTest {
    private static final List<Point> POINTS =
            List.of(new Point(10, 20), new Point(110, 25), new Point(60, 80), new Point(30, 120), new Point(95, 118));

    @Property(tries = 100)
    void findsASimilarityByItsPoints(
            @ForAll @DoubleRange(min = -3, max = 3) double turn,
            @ForAll @DoubleRange(min = 0.05, max = 20) double scale,
            @ForAll @DoubleRange(min = -5000, max = 5000) double tx,
            @ForAll @DoubleRange(min = -5000, max = 5000) double ty) {
        Similarity there = new Similarity(scale * Math.cos(turn), scale * Math.sin(turn), tx, ty);
        Similarity found =
                Similarity.fit(POINTS, POINTS.stream().map(there::apply).toList());
        for (Point point : POINTS) {
            assertThat(found.apply(point).distance(there.apply(point))).isLessThan(1e-8);
            assertThat(there.inverse().apply(there.apply(point)).distance(point))
                    .isLessThan(1e-8);
        }
    }

    /** The best similarity of a reflected figure is not a reflection: no point gets nearer by turning or scaling more. */
    @Test
    void neverReflects() {
        List<Point> mirrored =
                POINTS.stream().map(p -> new Point(-p.x(), p.y())).toList();
        Similarity best = Similarity.fit(POINTS, mirrored);
        double least = error(best, mirrored);
        for (double step : new double[] {-1e-3, 1e-3}) {
            assertThat(error(new Similarity(best.a() + step, best.b(), best.tx(), best.ty()), mirrored))
                    .isGreaterThan(least);
            assertThat(error(new Similarity(best.a(), best.b() + step, best.tx(), best.ty()), mirrored))
                    .isGreaterThan(least);
            assertThat(error(new Similarity(best.a(), best.b(), best.tx() + step, best.ty()), mirrored))
                    .isCloseTo(least, within(1e-3));
        }
    }

    private static double error(Similarity similarity, List<Point> to) {
        double sum = 0;
        for (int i = 0; i < to.size(); i++) {
            double distance = similarity.apply(POINTS.get(i)).distance(to.get(i));
            sum += distance * distance;
        }
        return sum;
    }

    @Test
    void refusesAFaceWithoutExtent() {
        List<Point> nowhere =
                List.of(new Point(3, 3), new Point(3, 3), new Point(3, 3), new Point(3, 3), new Point(3, 3));
        for (List<List<Point>> pair : List.of(List.of(nowhere, POINTS), List.of(POINTS, nowhere))) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> Similarity.fit(pair.get(0), pair.get(1)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_FACE));
        }
    }
}
