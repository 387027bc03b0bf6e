package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.picture.AdaptiveResize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.WorkingPicture;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaceFinderTest {
    /** Makes the astronaut's face about 45 pixels wide. */
    private static final double SMALL = 0.36;

    private static FaceModels models;
    private static Mat monaLisa;
    private static Mat astronaut;
    private static Mesh astronautMesh;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
        monaLisa = Samples.monaLisa();
        astronaut = Samples.astronaut();
        astronautMesh = models.face(astronaut).mesh();
    }

    @AfterAll
    static void close() {
        models.close();
        monaLisa.close();
        astronaut.close();
    }

    @Test
    void findsTheFaceInBothSamples() {
        Face mona = models.face(monaLisa);
        assertThat(mona.detection().score()).isGreaterThan(0.8);
        assertEyesAgree(mona);
        Face collins = models.face(astronaut);
        assertThat(collins.detection().score()).isGreaterThan(0.8);
        assertEyesAgree(collins);
    }

    /** At a low threshold the detector takes a buckle for a face; the mesh network knows better. */
    @Test
    void whatTheMeshNetworkDoesNotSeeIsNoFace() {
        try (Mat small = Samples.scaled(astronaut, 0.35)) {
            assertThat(models.detector().detect(small, 0.3)).hasSizeGreaterThan(1);
            assertThat(models.find(small, 0.3)).hasSize(1);
        }
    }

    /** Two networks, one pair of eyes. */
    private static void assertEyesAgree(Face face) {
        double eyes = face.mesh().eyeDistance();
        assertThat(face.detection().leftEye().distance(face.mesh().leftEye())).isLessThan(0.15 * eyes);
        assertThat(face.detection().rightEye().distance(face.mesh().rightEye())).isLessThan(0.15 * eyes);
        FivePoints five = face.fivePoints();
        assertThat(five.noseTip().x())
                .isBetween(five.leftEye().x(), five.rightEye().x());
        assertThat(five.leftMouthCorner().x())
                .isLessThan(five.rightMouthCorner().x());
        assertThat(five.noseTip().y()).isGreaterThan(five.leftEye().y());
        assertThat(five.leftMouthCorner().y()).isGreaterThan(five.noseTip().y());
    }

    @ParameterizedTest
    @CsvSource({"mona, 30", "mona, -60", "mona, 90", "astronaut, 30", "astronaut, -60", "astronaut, 90"})
    void findsATurnedFace(String sample, double degrees) {
        Mat upright = sample.equals("mona") ? monaLisa : astronaut;
        Detection expected = models.find(upright).get(0);
        int edge = (int) Math.ceil(Math.hypot(upright.cols(), upright.rows()));
        double[] turn = Samples.similarity(upright, degrees, 1, edge / 2.0, edge / 2.0);
        try (Mat turned = Samples.warped(upright, turn, edge, edge)) {
            List<Detection> found = models.find(turned);
            assertThat(found).hasSize(1);
            double eyes = expected.leftEye().distance(expected.rightEye());
            assertThat(found.get(0).leftEye().distance(moved(expected.leftEye(), turn)))
                    .isLessThan(0.2 * eyes);
            assertThat(found.get(0).rightEye().distance(moved(expected.rightEye(), turn)))
                    .isLessThan(0.2 * eyes);
            assertThat(Math.toDegrees(found.get(0).roll() - expected.roll())).isCloseTo(degrees, within(8.0));
        }
    }

    private static Point moved(Point p, double[] m) {
        return new Point(m[0] * p.x() + m[1] * p.y() + m[2], m[3] * p.x() + m[4] * p.y() + m[5]);
    }

    /** The face touches the picture's right or bottom edge, and the padding behind shows it once more. */
    @ParameterizedTest
    @CsvSource({"120, 0, 180, 240", "100, 0, 200, 220", "150, 20, 140, 200"})
    void doesNotReportAReflection(int x, int y, int width, int height) {
        try (Mat small = Samples.cropped(astronaut, x, y, width, height)) {
            List<Detection> found = models.find(small);
            assertThat(found).hasSize(1);
            assertThat(found.get(0).box().centre().x()).isBetween(0.0, width - 1.0);
            assertThat(found.get(0).box().centre().y()).isBetween(0.0, height - 1.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mona", "astronaut"})
    void findsAFaceThatFillsThePicture(String sample) {
        Mat whole = sample.equals("mona") ? monaLisa : astronaut;
        Mesh mesh = models.face(whole).mesh();
        Box box = mesh.bounds();
        int left = (int) box.x();
        int top = (int) box.y();
        try (Mat filled = Samples.cropped(whole, left, top, (int) box.width(), (int) box.height());
                Mat large = Samples.scaled(filled, 1200 / box.width())) {
            Mesh found = models.face(large).mesh();
            double scale = (double) large.cols() / filled.cols();
            assertThat(found.eyeDistance() / scale).isCloseTo(mesh.eyeDistance(), within(0.05 * mesh.eyeDistance()));
            assertThat(found.leftEye().x() / scale)
                    .isCloseTo(mesh.leftEye().x() - left, within(0.08 * mesh.eyeDistance()));
        }
    }

    @Test
    void findsASmallFaceByParts() {
        try (Mat canvas = Samples.grey(2400, 1800);
                Mat small = Samples.scaled(astronaut, SMALL)) {
            int x = 1700;
            int y = 1250;
            Samples.paste(canvas, small, x, y);
            assertThat(models.detector().detect(canvas, 0.5)).as("as a whole").isEmpty();
            List<Detection> found = models.find(canvas);
            assertThat(found).hasSize(1);
            Detection alone = models.find(astronaut).get(0);
            double eyes = alone.leftEye().distance(alone.rightEye()) * SMALL;
            Point expected = new Point(
                    x + alone.leftEye().x() * SMALL, y + alone.leftEye().y() * SMALL);
            assertThat(found.get(0).leftEye().distance(expected)).isLessThan(0.3 * eyes);
        }
    }

    @Test
    void findsSeveralFacesFromLeftToRight() {
        try (Mat canvas = Samples.grey(1600, 700);
                Mat mona = Samples.scaled(monaLisa, 0.5);
                Mat smallMona = Samples.scaled(monaLisa, 0.4)) {
            Samples.paste(canvas, mona, 1100, 80);
            Samples.paste(canvas, astronaut, 480, 120);
            Samples.paste(canvas, smallMona, 60, 200);
            List<Detection> found = models.find(canvas);
            assertThat(found).hasSize(3);
            assertThat(found.get(0).box().centre().x()).isBetween(60.0, 360.0);
            assertThat(found.get(1).box().centre().x()).isBetween(480.0, 992.0);
            assertThat(found.get(2).box().centre().x()).isBetween(1100.0, 1472.0);
        }
    }

    @ParameterizedTest
    @CsvSource({"600, 600", "40, 40", "1, 1", "3000, 20", "20, 3000", "1500, 1500"})
    void findsNothingInABlankPicture(int width, int height) {
        try (Mat blank = Samples.grey(width, height)) {
            assertThat(models.find(blank)).isEmpty();
        }
    }

    @Test
    void mergesOverlappingDetectionsByScore() {
        Detection best = detection(0, 0.9);
        Detection same = detection(1, 0.3);
        Detection other = detection(50, 0.5);
        List<Detection> merged = FaceDetector.suppress(List.of(best, other, same));
        assertThat(merged).hasSize(2);
        assertThat(merged.get(0).score()).isEqualTo(0.9);
        assertThat(merged.get(0).box().x()).isCloseTo((0.9 * 0 + 0.3 * 1) / 1.2, within(1e-9));
        assertThat(merged.get(1).box()).isEqualTo(other.box());
    }

    @Test
    void leavesOutWhatLiesInABetterFace() {
        Detection face = new Detection(new Box(0, 0, 100, 100), 0.9, new Point(30, 40), new Point(70, 40));
        Detection chin = new Detection(new Box(20, 60, 50, 50), 0.6, new Point(30, 70), new Point(60, 70));
        Detection beside = new Detection(new Box(75, 20, 90, 90), 0.5, new Point(90, 40), new Point(130, 40));
        assertThat(FaceDetector.suppress(List.of(face, chin, beside)))
                .extracting(Detection::score)
                .containsExactly(0.9, 0.5);
    }

    /** At the lower end of its range the detector sees the astronaut's suit as a face, or her face at 45°. */
    @ParameterizedTest
    @CsvSource({"0.9, 1700, 700", "0.6, 300, 200", "0.5, 1000, 600", "0.4, 1700, 700", "0.3, 1000, 600"})
    void looksAtSmallFacesFromNear(double scale, int x, int y) {
        try (Mat canvas = Samples.grey(2400, 1800);
                Mat small = Samples.scaled(astronaut, scale)) {
            Samples.paste(canvas, small, x, y);
            Mesh found = models.face(canvas).mesh();
            float[] back = found.toArray();
            for (int i = 0; i < Mesh.POINTS; i++) {
                back[3 * i] = (float) ((found.x(i) - x) / scale);
                back[3 * i + 1] = (float) ((found.y(i) - y) / scale);
            }
            assertThat(Mesh.of(back).meanDistance(astronautMesh)).isLessThan(0.05 * astronautMesh.eyeDistance());
        }
    }

    /** Whatever is taken for a face at a low threshold, its middle lies in the picture. */
    @ParameterizedTest
    @CsvSource({"1105, 249", "79, 1500", "877, 693", "512, 600"})
    void reportsNothingOutsideThePicture(int width, int height) {
        try (Mat noise = Samples.blotches(width, height);
                Picture picture = Picture.of(noise.clone(), null);
                WorkingPicture working = AdaptiveResize.apply(picture)) {
            assertThat(models.finder().find(working, 0.1)).allSatisfy(d -> {
                assertThat(d.box().centre().x()).isBetween(-0.5, width - 0.5);
                assertThat(d.box().centre().y()).isBetween(-0.5, height - 0.5);
            });
        }
    }

    private static Detection detection(double x, double score) {
        return new Detection(new Box(x, 0, 10, 10), score, new Point(x, 0), new Point(x + 5, 0));
    }
}
