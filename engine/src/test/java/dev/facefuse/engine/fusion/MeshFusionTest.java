package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.pointPolygonTest;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.face.Mesh;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeshFusionTest {
    /** Middle of the forehead, below the hairline. */
    private static final int FOREHEAD = 151;

    private static final int CHEEK = 205;
    private static final int BROW = 105;

    /** Light skin, BGR. */
    private static final int[] SKIN = {130, 160, 200};

    private static FaceModels models;
    private static MeshFusion fusion;
    private static Mat monaLisa;
    private static Mat astronaut;
    private static Face mona;
    private static Face collins;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
        fusion = new MeshFusion(models.topology());
        monaLisa = Samples.monaLisa();
        astronaut = Samples.astronaut();
        mona = models.face(monaLisa);
        collins = models.face(astronaut);
    }

    @AfterAll
    static void close() {
        models.close();
        monaLisa.close();
        astronaut.close();
    }

    @Test
    void showsInsideTheFacesOutlineOnly() {
        assertHolds(monaLisa, mona, astronaut, collins);
        assertHolds(astronaut, collins, monaLisa, mona);
    }

    /** The eyes are 12, 6 and 3 pixels apart. */
    @ParameterizedTest
    @ValueSource(doubles = {12, 6, 3})
    void worksOnSmallFaces(double eyes) {
        double scale = eyes / mona.mesh().eyeDistance();
        try (Mat small = Samples.scaled(monaLisa, scale)) {
            Face face = SyntheticFace.face(scaled(mona.mesh(), scale));
            assertHolds(small, face, astronaut, collins);
            assertHolds(astronaut, collins, small, face);
        }
    }

    /** The picture cuts off these shares of the face's width or height. */
    @ParameterizedTest
    @CsvSource({"0.3, 0, 0, 0", "0, 0.4, 0, 0", "0, 0, 0.35, 0", "0, 0, 0, 0.4", "0.3, 0.3, 0.2, 0.2"})
    void worksOnFacesAtThePicturesEdge(double left, double top, double right, double bottom) {
        Box box = mona.mesh().bounds();
        int x = left == 0 ? 0 : (int) (box.x() + left * box.width());
        int y = top == 0 ? 0 : (int) (box.y() + top * box.height());
        int endX = right == 0 ? monaLisa.cols() : (int) (box.x() + (1 - right) * box.width());
        int endY = bottom == 0 ? monaLisa.rows() : (int) (box.y() + (1 - bottom) * box.height());
        try (Mat cut = Samples.cropped(monaLisa, x, y, endX - x, endY - y)) {
            Face face = SyntheticFace.face(shifted(mona.mesh(), -x, -y));
            assertHolds(cut, face, astronaut, collins);
            assertHolds(astronaut, collins, cut, face);
        }
    }

    /** A face wider than the canvas is fused at reduced scale. */
    @Test
    void worksOnLargeFaces() {
        double scale = 8;
        try (Mat large = Samples.scaled(monaLisa, scale)) {
            assertHolds(large, SyntheticFace.face(scaled(mona.mesh(), scale)), astronaut, collins);
        }
    }

    /** The template gets strips, all others get the whole face: both must be equal. */
    @Test
    void stripsOfALargeFaceAreTheWhole() {
        double scale = 8;
        try (Mat large = Samples.scaled(monaLisa, scale);
                FusedFace fused = fuse(large, SyntheticFace.face(scaled(mona.mesh(), scale)), astronaut, collins);
                Mat assembled = new Mat(large.size(), large.type());
                Mat region = new Mat(assembled, fused.region())) {
            int[] strips = {0};
            fused.eachStrip((place, pixels, mask) -> {
                try (Mat strip = new Mat(assembled, place)) {
                    pixels.copyTo(strip);
                }
                strips[0]++;
            });
            assertThat(strips[0]).isGreaterThan(2);
            try (Mat copy = region.clone()) {
                assertThat(Samples.pixels(copy)).isEqualTo(Samples.pixels(fused.pixels()));
            }
        }
    }

    /** A user's picture that ends at the brows has no forehead: the repeated border must not become one. */
    @Test
    void takesNothingFromOutsideTheUsersPicture() {
        int brows = (int) mona.mesh().y(BROW) - 2;
        try (Mat cut = Samples.cropped(monaLisa, 0, brows, monaLisa.cols(), monaLisa.rows() - brows);
                FusedFace whole = fuse(monaLisa, mona, monaLisa, mona);
                FusedFace lacking = fuse(monaLisa, mona, cut, SyntheticFace.face(shifted(mona.mesh(), 0, -brows)))) {
            assertThat(maskAt(whole, mona.mesh(), FOREHEAD)).isEqualTo(1);
            assertThat(maskAt(lacking, mona.mesh(), FOREHEAD)).isZero();
            assertThat(maskAt(lacking, mona.mesh(), CHEEK)).isEqualTo(1);
        }
    }

    @Test
    void aGreyTemplateStaysGrey() {
        try (Mat grey = new Mat();
                Mat template = new Mat()) {
            cvtColor(astronaut, grey, COLOR_BGR2GRAY);
            cvtColor(grey, template, COLOR_GRAY2BGR);
            try (FusedFace fused = fuse(template, collins, monaLisa, mona)) {
                byte[] pixels = Samples.pixels(fused.pixels());
                float[] mask = floats(fused.mask());
                for (int i = 0; i < mask.length; i++) {
                    if (mask[i] > 0) {
                        int blue = pixels[3 * i] & 0xFF;
                        assertThat(pixels[3 * i + 1] & 0xFF).isCloseTo(blue, within(2));
                        assertThat(pixels[3 * i + 2] & 0xFF).isCloseTo(blue, within(2));
                    }
                }
            }
        }
    }

    @Test
    void givesTheSameTwice() {
        try (FusedFace one = fuse(monaLisa, mona, astronaut, collins);
                FusedFace other = fuse(monaLisa, mona, astronaut, collins)) {
            assertThat(Samples.pixels(one.pixels())).isEqualTo(Samples.pixels(other.pixels()));
            assertThat(floats(one.mask())).isEqualTo(floats(other.mask()));
            assertThat(floats(one.skin())).isEqualTo(floats(other.skin()));
        }
    }

    @Test
    void leavesItsInputsAlone() {
        byte[] templateBefore = Samples.pixels(monaLisa);
        byte[] userBefore = Samples.pixels(astronaut);
        fuse(monaLisa, mona, astronaut, collins).close();
        assertThat(Samples.pixels(monaLisa)).isEqualTo(templateBefore);
        assertThat(Samples.pixels(astronaut)).isEqualTo(userBefore);
    }

    @Test
    void aFaceFusedWithItselfStaysAsItIs() {
        assertThat(selfDifference(astronaut, collins)).isLessThan(9);
        assertThat(selfDifference(monaLisa, mona)).isLessThan(9);
    }

    /** Mean absolute difference of a channel, weighted by the mask. */
    private static double selfDifference(Mat picture, Face face) {
        try (FusedFace fused = fuse(picture, face, picture, face);
                Mat region = new Mat(picture, fused.region());
                Mat before = region.clone()) {
            byte[] was = Samples.pixels(before);
            byte[] is = Samples.pixels(fused.pixels());
            float[] mask = floats(fused.mask());
            double sum = 0;
            double weight = 0;
            for (int i = 0; i < mask.length; i++) {
                for (int c = 3 * i; c < 3 * i + 3; c++) {
                    sum += mask[i] * Math.abs((was[c] & 0xFF) - (is[c] & 0xFF));
                }
                weight += 3 * mask[i];
            }
            return sum / weight;
        }
    }

    @Test
    void fillsTheMiddleOfTheFace() {
        Mesh mesh = SyntheticFace.mesh(200, 200, 14, 0);
        try (Mat template = skin(mesh, false);
                Mat user = skin(mesh, false);
                FusedFace fused = fuse(template, SyntheticFace.face(mesh), user, SyntheticFace.face(mesh))) {
            assertThat(maskAt(fused, mesh, CHEEK)).isGreaterThan(0.95);
            assertThat(maskAt(fused, mesh, FOREHEAD)).isGreaterThan(0.9);
            assertThat(maskAt(fused, mesh, 1)).isGreaterThan(0.95);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void staysOutOfAFringe(boolean onTemplate, boolean onUser) {
        Mesh mesh = SyntheticFace.mesh(200, 200, 14, 0);
        try (Mat template = skin(mesh, onTemplate);
                Mat user = skin(mesh, onUser);
                FusedFace fused = fuse(template, SyntheticFace.face(mesh), user, SyntheticFace.face(mesh))) {
            assertThat(maskAt(fused, mesh, FOREHEAD)).isLessThan(0.05);
            assertThat(maskAt(fused, mesh, CHEEK)).isGreaterThan(0.95);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.02, true", "0.02, 0.5, true", "0.5, 0.5, false"})
    void keepsAMouthThatTheUserCannotFill(double templateMouth, double userMouth, boolean keeps) {
        Mesh mesh = SyntheticFace.mesh(200, 200, 14, 0);
        int[] lips = SyntheticFace.TOPOLOGY.lipsInner();
        Mesh template = SyntheticFace.opened(SyntheticFace.eyesOpened(mesh, 0.4), lips, templateMouth);
        Mesh user = SyntheticFace.opened(SyntheticFace.eyesOpened(mesh, 0.4), lips, userMouth);
        int leftCorner = lips[0];
        int rightCorner = lips[lips.length / 2];
        try (Mat templatePicture = skin(template, false);
                Mat userPicture = skin(user, false);
                FusedFace fused =
                        fuse(templatePicture, SyntheticFace.face(template), userPicture, SyntheticFace.face(user))) {
            double x = (template.x(leftCorner) + template.x(rightCorner)) / 2;
            double y = (template.y(leftCorner) + template.y(rightCorner)) / 2;
            double inMouth = maskAt(fused, x, y);
            if (keeps && templateMouth > 0.1) {
                assertThat(inMouth).isLessThan(0.05);
            } else if (keeps) {
                assertThat(inMouth).isLessThan(0.9);
            } else {
                assertThat(inMouth).isGreaterThan(0.95);
            }
        }
    }

    /** A side that the user's photo does not show gets the texture of the visible side. */
    @Test
    void fillsATurnedFaceFromItsMirroredHalf() {
        Mesh frontal = SyntheticFace.mesh(200, 200, 14, 0);
        Mesh turned = SyntheticFace.mesh(200, 200, 14, 60);
        try (Mat template = skin(frontal, false);
                Mat user = skin(turned, false)) {
            // Only the hidden half's texture is green: if it were used, green would show on the left.
            ByteBuffer pixels = user.createBuffer();
            for (int y = 0; y < user.rows(); y++) {
                for (int x = 0; x < turned.x(LEFT_OF_NOSE) - 3; x++) {
                    int i = 3 * (y * user.cols() + x);
                    pixels.put(i, (byte) 0).put(i + 1, (byte) 255).put(i + 2, (byte) 0);
                }
            }
            try (FusedFace fused = fuse(template, SyntheticFace.face(frontal), user, SyntheticFace.face(turned))) {
                int[] colour = colourAt(fused, frontal, CHEEK);
                assertThat(colour[2])
                        .as("red of %s", java.util.Arrays.toString(colour))
                        .isGreaterThan(colour[1]);
            }
        }
    }

    private static final int LEFT_OF_NOSE = 198;

    /** Checks that hold for every fused face. */
    private static void assertHolds(Mat template, Face templateFace, Mat user, Face userFace) {
        try (FusedFace fused = fuse(template, templateFace, user, userFace)) {
            Rect region = fused.region();
            assertThat(region.x()).isNotNegative();
            assertThat(region.y()).isNotNegative();
            assertThat(region.x() + region.width()).isLessThanOrEqualTo(template.cols());
            assertThat(region.y() + region.height()).isLessThanOrEqualTo(template.rows());
            for (Mat mat : new Mat[] {fused.pixels(), fused.mask(), fused.skin()}) {
                assertThat(mat.cols()).isEqualTo(region.width());
                assertThat(mat.rows()).isEqualTo(region.height());
            }
            assertMaskHolds(fused, templateFace.mesh());
        }
    }

    private static void assertMaskHolds(FusedFace fused, Mesh mesh) {
        float[] mask = floats(fused.mask());
        float[] skin = floats(fused.skin());
        int width = fused.region().width();
        int shown = 0;
        // On a canvas of reduced scale a mask pixel covers several pixels of the picture.
        double slack = 1 + 2 * mesh.bounds().height() / Canvas.MAX_EDGE_PX;
        try (Mat oval = oval(mesh)) {
            for (int i = 0; i < mask.length; i++) {
                if (!(mask[i] >= 0 && mask[i] <= 1) || !(skin[i] >= 0 && skin[i] <= mask[i] + 1e-6f)) {
                    throw new AssertionError("mask " + mask[i] + ", skin " + skin[i]);
                }
                if (mask[i] > 0) {
                    shown++;
                    int x = fused.region().x() + i % width;
                    int y = fused.region().y() + i / width;
                    try (Point2f point = new Point2f(x, y)) {
                        assertThat(pointPolygonTest(oval, point, true))
                                .as("distance into the outline at %s, %s", x, y)
                                .isGreaterThan(-slack);
                    }
                }
            }
        }
        assertThat(shown).isPositive();
    }

    private static Mat oval(Mesh mesh) {
        int[] ring = SyntheticFace.TOPOLOGY.oval();
        Mat points = new Mat(ring.length, 1, opencv_core.CV_32FC2);
        FloatBuffer buffer = points.createBuffer();
        for (int i : ring) {
            buffer.put((float) mesh.x(i)).put((float) mesh.y(i));
        }
        return points;
    }

    /** A picture of skin, a little lighter to the right, with dark hair down to the brows or without. */
    private static Mat skin(Mesh mesh, boolean fringe) {
        Mat picture = new Mat(400, 400, opencv_core.CV_8UC3);
        ByteBuffer pixels = picture.createBuffer();
        double brows = mesh.y(9);
        for (int i = 0; i < 400 * 400; i++) {
            int row = i / 400;
            boolean hair = fringe && row < brows - 4;
            for (int c = 0; c < 3; c++) {
                int ripple = (i % 7 + row % 5) / 2;
                pixels.put((byte) (hair ? 25 + 5 * c : SKIN[c] + i % 400 / 30 + ripple));
            }
        }
        return picture;
    }

    private static double maskAt(FusedFace fused, Mesh mesh, int point) {
        return maskAt(fused, mesh.x(point), mesh.y(point));
    }

    private static double maskAt(FusedFace fused, double x, double y) {
        return floats(fused.mask())[index(fused, x, y)];
    }

    private static int[] colourAt(FusedFace fused, Mesh mesh, int point) {
        byte[] pixels = Samples.pixels(fused.pixels());
        int i = 3 * index(fused, mesh.x(point), mesh.y(point));
        return new int[] {pixels[i] & 0xFF, pixels[i + 1] & 0xFF, pixels[i + 2] & 0xFF};
    }

    private static int index(FusedFace fused, double x, double y) {
        int column = (int) Math.round(x) - fused.region().x();
        int row = (int) Math.round(y) - fused.region().y();
        return row * fused.region().width() + column;
    }

    private static float[] floats(Mat mat) {
        FloatBuffer buffer = mat.createBuffer();
        float[] floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    private static Mesh scaled(Mesh mesh, double scale) {
        float[] xyz = mesh.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] = (float) ((mesh.x(i) + 0.5) * scale - 0.5);
            xyz[3 * i + 1] = (float) ((mesh.y(i) + 0.5) * scale - 0.5);
            xyz[3 * i + 2] = (float) (mesh.z(i) * scale);
        }
        return Mesh.of(xyz);
    }

    private static Mesh shifted(Mesh mesh, double x, double y) {
        float[] xyz = mesh.toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] += (float) x;
            xyz[3 * i + 1] += (float) y;
        }
        return Mesh.of(xyz);
    }

    private static FusedFace fuse(Mat template, Face templateFace, Mat user, Face userFace) {
        return fusion.fuse(new FacePair(template, templateFace, user, userFace));
    }
}
