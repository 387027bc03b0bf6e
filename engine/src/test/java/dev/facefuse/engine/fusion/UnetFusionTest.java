package dev.facefuse.engine.fusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.face.FivePoints;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.face.Point;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Compositor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnetFusionTest {
    private static FaceModels models;
    private static Mat monaLisa;
    private static Mat astronaut;
    private static Face mona;
    private static Face collins;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
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

    /** A picture without detail finer than the crop's pixels is the same after cropping and pasting. */
    @Test
    void givesTheTemplateBackWhereTheGeneratorDoes() {
        try (Mat smooth = blurred(monaLisa)) {
            byte[] result = fused(new FakeUnet(crop -> crop, null), smooth, mona, Enhance.AUTO);
            assertThat(mostDifference(result, Samples.pixels(smooth))).isLessThanOrEqualTo(1);
        }
    }

    /** The enhancer's picture is truncated to whole levels, so that it can be one level darker. */
    @Test
    void givesTheTemplateBackWhereTheEnhancerDoesToo() {
        try (Mat smooth = blurred(monaLisa)) {
            byte[] result = fused(new FakeUnet(crop -> crop, crop -> crop), smooth, mona, Enhance.ALWAYS);
            assertThat(mostDifference(result, Samples.pixels(smooth))).isLessThanOrEqualTo(2);
        }
    }

    /** The enhancer's input contains the generator's face, and its output covers that face in the result. */
    @Test
    void enhancesTheFusedFace() {
        List<Float> seen = new ArrayList<>();
        UnaryOperator<float[]> grey = crop -> {
            seen.add(crop[512 * 1024 + 512]);
            return filled(crop.length, 0);
        };
        try (FusedFace fused = fuse(new FakeUnet(UnetFusionTest::white, grey), monaLisa, mona, Enhance.AUTO)) {
            assertThat(seen).singleElement().satisfies(level -> assertThat(level)
                    .isGreaterThan(0.999f));
            FivePoints points = mona.fivePoints();
            int column = (int) points.noseTip().x() - fused.region().x();
            int row = (int) points.noseTip().y() - fused.region().y();
            byte[] pixels = Samples.pixels(fused.pixels());
            assertThat(pixels[3 * (row * fused.region().width() + column)] & 0xFF)
                    .isEqualTo(127);
        }
    }

    /** The result is white where the mask is 1, the template where it is 0, and a blend between. */
    @Test
    void showsTheGeneratorsFaceUnderTheMask() {
        byte[] before = Samples.pixels(monaLisa);
        byte[] after = fused(new FakeUnet(UnetFusionTest::white, null), monaLisa, mona, Enhance.AUTO);
        Similarity toCrop = Alignment.toFused(mona.fivePoints());
        Planes mask = FeatherMask.read(FakeUnet.oval());
        int full = 0;
        int none = 0;
        for (int i = 0; i < before.length; i++) {
            int x = i / 3 % monaLisa.cols();
            int y = i / 3 / monaLisa.cols();
            double weight = mask.at(0, toCrop.x(x, y), toCrop.y(x, y));
            int level = before[i] & 0xFF;
            if (Math.abs((after[i] & 0xFF) - (level + weight * (255 - level))) > 1) {
                throw new AssertionError(
                        (after[i] & 0xFF) + " at " + x + ", " + y + ", from " + level + " at " + weight);
            }
            full += weight == 1 ? 1 : 0;
            none += weight == 0 ? 1 : 0;
        }
        assertThat(full).isGreaterThan(1000);
        assertThat(none).isGreaterThan(before.length / 2);
    }

    /** The user's crop in place of the template's has its eyes, nose and mouth at the template's positions. */
    @Test
    void putsTheUsersFaceWhereTheTemplatesIs() {
        float[] user = new PicturePixels(astronaut)
                .crop(Alignment.toFused(collins.fivePoints()), Alignment.FUSED_PX)
                .data();
        byte[] pixels = fused(new FakeUnet(crop -> user, crop -> crop), monaLisa, mona, Enhance.ALWAYS);
        try (Mat result = monaLisa.clone()) {
            ByteBuffer buffer = result.createBuffer();
            buffer.put(pixels);
            Face face = new Face(mona.detection(), models.meshes().estimate(result, mona.detection()));
            Similarity moved = Alignment.toFused(mona.fivePoints()).inverse();
            double near = 0.08 * mona.mesh().eyeDistance();
            for (int point : new int[] {33, 133, 362, 263, 1, 61, 291}) {
                Point inCrop = Alignment.toFused(collins.fivePoints())
                        .apply(collins.mesh().point(point));
                assertThat(face.mesh().point(point).distance(moved.apply(inCrop)))
                        .isLessThan(near);
            }
            double similarity = models.embedder()
                    .embed(result, face.mesh())
                    .similarity(models.embedder().embed(astronaut, collins.mesh()));
            assertThat(similarity).isGreaterThan(0.6);
        }
    }

    /** A face larger than a strip is never whole in memory; its strips must equal the whole face. */
    @Test
    void stripsOfALargeFaceAreTheWhole() {
        double scale = 5;
        try (Mat large = Samples.scaled(monaLisa, scale);
                FusedFace fused = fuse(new FakeUnet(crop -> crop, null), large, scaled(mona, scale), Enhance.NEVER);
                Mat assembled = new Mat(large.size(), large.type());
                Mat region = new Mat(assembled, fused.region())) {
            int[] strips = {0};
            fused.eachStrip((place, pixels, mask) -> {
                try (Mat strip = new Mat(assembled, place)) {
                    pixels.copyTo(strip);
                }
                strips[0]++;
            });
            assertThat(strips[0]).isGreaterThan(1);
            try (Mat copy = region.clone()) {
                assertThat(Samples.pixels(copy)).isEqualTo(Samples.pixels(fused.pixels()));
            }
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
        try (Mat cut = Samples.cropped(monaLisa, x, y, endX - x, endY - y);
                Mat smooth = blurred(cut)) {
            Face face = moved(mona, -x, -y);
            byte[] result = fused(new FakeUnet(crop -> crop, crop -> crop), smooth, face, Enhance.ALWAYS);
            // Crops are black outside the picture, and a little of it is visible at the very edge.
            assertThat(mostDifference(inner(result, smooth), inner(Samples.pixels(smooth), smooth)))
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void refusesAFaceOutsideThePicture() {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(
                        () -> fuse(new FakeUnet(crop -> crop, null), monaLisa, moved(mona, -5000, 0), Enhance.NEVER))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_FACE));
    }

    /** Skin excludes eyes, brows and lips, and is at most the mask. */
    @Test
    void knowsTheSkin() {
        try (FusedFace fused = fuse(new FakeUnet(UnetFusionTest::white, null), monaLisa, mona, Enhance.NEVER)) {
            int cheek = 205;
            Mesh mesh = mona.mesh();
            assertThat(skinAt(fused, mesh.x(cheek), mesh.y(cheek))).isGreaterThan(0.9f);
            assertThat(skinAt(fused, mesh.leftEye().x(), mesh.leftEye().y())).isLessThan(0.1f);
            assertThat(skinAt(fused, fused.region().x(), fused.region().y())).isZero();
            float[] skin = floats(fused.skin());
            float[] mask = floats(fused.mask());
            for (int i = 0; i < skin.length; i++) {
                assertThat(skin[i]).isBetween(0f, mask[i]);
            }
        }
    }

    private static UnetFusion fusion(UnetNetworks networks) {
        return new UnetFusion(networks, FakeUnet.MODEL, FakeUnet.oval(), models.topology());
    }

    private static FusedFace fuse(UnetNetworks networks, Mat template, Face face, Enhance enhance) {
        UnetFusion fusion = fusion(networks);
        GeneratedFace generated = fusion.begin(new FacePair(template, face, astronaut, collins));
        generated.extractIdentity();
        generated.transferShape();
        generated.generate();
        if (fusion.enhances(enhance, face)) {
            generated.enhance();
        }
        return generated.assemble();
    }

    /** The template with the fused face blended in. */
    private static byte[] fused(UnetNetworks networks, Mat template, Face face, Enhance enhance) {
        try (FusedFace fused = fuse(networks, template, face, enhance);
                Mat result = template.clone()) {
            fused.eachStrip((place, pixels, mask) -> {
                try (Mat strip = new Mat(result, place)) {
                    Compositor.blend(strip, pixels, mask, Blending.DEFAULT);
                }
            });
            return Samples.pixels(result);
        }
    }

    private static Mat blurred(Mat picture) {
        Mat blurred = new Mat();
        try (Size automatic = new Size(0, 0)) {
            GaussianBlur(picture, blurred, automatic, 8);
        }
        return blurred;
    }

    private static int mostDifference(byte[] one, byte[] other) {
        int most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs((one[i] & 0xFF) - (other[i] & 0xFF)));
        }
        return most;
    }

    /** The pixels without a narrow frame. */
    private static byte[] inner(byte[] pixels, Mat picture) {
        int frame = 4;
        int width = picture.cols();
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (int y = frame; y < picture.rows() - frame; y++) {
            inner.write(pixels, 3 * (y * width + frame), 3 * (width - 2 * frame));
        }
        return inner.toByteArray();
    }

    private static float skinAt(FusedFace fused, double x, double y) {
        int column = (int) Math.round(x) - fused.region().x();
        int row = (int) Math.round(y) - fused.region().y();
        return floats(fused.skin())[row * fused.region().width() + column];
    }

    private static float[] floats(Mat mat) {
        return FloatImage.of(mat).data();
    }

    private static float[] white(float[] crop) {
        return filled(crop.length, 1);
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static Face scaled(Face face, double scale) {
        return mapped(face, scale, 0, 0);
    }

    private static Face moved(Face face, double x, double y) {
        return mapped(face, 1, x, y);
    }

    private static Face mapped(Face face, double scale, double x, double y) {
        float[] xyz = face.mesh().toArray();
        for (int i = 0; i < Mesh.POINTS; i++) {
            xyz[3 * i] = (float) ((xyz[3 * i] + 0.5) * scale - 0.5 + x);
            xyz[3 * i + 1] = (float) ((xyz[3 * i + 1] + 0.5) * scale - 0.5 + y);
            xyz[3 * i + 2] *= (float) scale;
        }
        return SyntheticFace.face(Mesh.of(xyz));
    }
}
