package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Samples;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshEstimatorTest {
    /** A share of the eye distance, mean over all points; FACES.md has 1.3 % of noise before averaging. */
    private static final double TOLERANCE = 0.025;

    private static FaceModels models;
    private static Mat monaLisa;
    private static Mat astronaut;
    private static Mesh monaMesh;
    private static Mesh astronautMesh;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
        monaLisa = Samples.monaLisa();
        astronaut = Samples.astronaut();
        monaMesh = models.face(monaLisa).mesh();
        astronautMesh = models.face(astronaut).mesh();
    }

    @AfterAll
    static void close() {
        models.close();
        monaLisa.close();
        astronaut.close();
    }

    /** Points follow when the picture is moved, scaled and turned. */
    @ParameterizedTest
    @CsvSource({
        "mona, 0, 1, 37, -21",
        "mona, 0, 0.6, 0, 0",
        "mona, 0, 1.7, 11, 5",
        "mona, 25, 1, 0, 0",
        "mona, -70, 0.8, -30, 10",
        "astronaut, 0, 1, -25, 14",
        "astronaut, 0, 0.6, 0, 0",
        "astronaut, 0, 2, 3, 8",
        "astronaut, -25, 1, 0, 0",
        "astronaut, 80, 1.2, 20, 10",
    })
    void followsThePicture(String sample, double degrees, double scale, double shiftX, double shiftY) {
        Mat picture = sample.equals("mona") ? monaLisa : astronaut;
        Mesh expected = sample.equals("mona") ? monaMesh : astronautMesh;
        int edge = (int) Math.ceil(Math.hypot(picture.cols(), picture.rows()) * Math.max(1, scale)) + 80;
        double[] m = Samples.similarity(picture, degrees, scale, edge / 2.0 + shiftX, edge / 2.0 + shiftY);
        try (Mat moved = Samples.warped(picture, m, edge, edge)) {
            Mesh found = models.face(moved).mesh();
            assertThat(found.meanDistance(mapped(expected, m))).isLessThan(TOLERANCE * found.eyeDistance());
        }
    }

    private static Mesh mapped(Mesh mesh, double[] m) {
        float[] xyz = mesh.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] = (float) (m[0] * mesh.x(i) + m[1] * mesh.y(i) + m[2]);
            xyz[3 * i + 1] = (float) (m[3] * mesh.x(i) + m[4] * mesh.y(i) + m[5]);
        }
        return Mesh.of(xyz);
    }

    @Test
    void givesTheSameTwice() {
        Detection detection = models.find(astronaut).get(0);
        assertThat(models.meshes().estimate(astronaut, detection).toArray())
                .isEqualTo(models.meshes().estimate(astronaut, detection).toArray());
    }

    /** Negative towards the camera, in the unit of x and y. */
    @Test
    void hasTheNoseInFront() {
        Mesh mesh = astronautMesh;
        int noseTip = 1;
        int leftOfOval = 234;
        int rightOfOval = 454;
        assertThat(mesh.z(noseTip)).isLessThan(Math.min(mesh.z(leftOfOval), mesh.z(rightOfOval)));
        double width = mesh.point(leftOfOval).distance(mesh.point(rightOfOval));
        assertThat(mesh.z(leftOfOval) - mesh.z(noseTip)).isBetween(0.2 * width, width);
    }

    /** A detection need not lie inside the picture, or be a face: points come out, and they are numbers. */
    @ParameterizedTest
    @CsvSource({"-500, -500, 50", "0, 0, 0.5", "100, 100, 3000", "5000, 10, 20"})
    void givesNumbersWhereverItLooks(double x, double y, double side) {
        Detection detection =
                new Detection(new Box(x, y, side, side), 0.5, new Point(x, y), new Point(x + side, y + side / 3));
        for (float value : models.meshes().estimate(astronaut, detection).toArray()) {
            assertThat(value).isFinite();
        }
    }
}
