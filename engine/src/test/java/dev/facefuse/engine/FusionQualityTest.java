package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.FacePair;
import dev.facefuse.engine.fusion.FusedFace;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The figures of the project on both ordered pairs of its samples. */
class FusionQualityTest {
    private static final double MONA_MARGIN = 0.15;
    private static final double ASTRONAUT_MARGIN = 0.12;

    /** Mean distance over all points, relative to the eye distance. */
    private static final double MESH_TOLERANCE = 0.04;

    private static final float[] RATIOS = {0, 0.25f, 0.5f, 0.75f, 1};

    /** A pair of samples: the template, and the user whose face goes in. */
    @SuppressWarnings("ImmutableEnumChecker") // The bytes are only read.
    enum Pair {
        MONA_LISA_FROM_ASTRONAUT(Samples.MONA_LISA, Samples.ASTRONAUT, MONA_MARGIN),
        ASTRONAUT_FROM_MONA_LISA(Samples.ASTRONAUT, Samples.MONA_LISA, ASTRONAUT_MARGIN);

        private final byte[] template;
        private final byte[] user;
        private final double margin;

        Pair(byte[] template, byte[] user, double margin) {
            this.template = template;
            this.user = user;
            this.margin = margin;
        }
    }

    private static FaceModels models;

    /** PNG results of each pair, one for each of {@link #RATIOS}. */
    private static final Map<Pair, List<FuseResult>> RESULTS = new EnumMap<>(Pair.class);

    @BeforeAll
    static void fuse() {
        models = FaceModels.open();
        OutputSettings png = new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.PNG, 92);
        try (FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
            for (Pair pair : Pair.values()) {
                List<FuseResult> results = new ArrayList<>();
                for (float ratio : RATIOS) {
                    FuseOptions options = new FuseOptions(
                            FaceChoice.DEFAULT, new Blending(ratio, BlendMode.NORMAL), Retouching.NONE, png);
                    results.add(engine.fuse(new FuseRequest(pair.template, pair.user, options)));
                }
                RESULTS.put(pair, results);
            }
        }
    }

    @AfterAll
    static void close() {
        models.close();
        RESULTS.clear();
    }

    private static Report.Similarity similarity(Pair pair, int ratio) {
        return RESULTS.get(pair).get(ratio).report().similarity();
    }

    @ParameterizedTest
    @EnumSource
    void isCloserToTheUserThanToTheTemplate(Pair pair) {
        Report.Similarity similarity = similarity(pair, RATIOS.length - 1);
        assertThat(similarity.user() - similarity.template())
                .as("%s", similarity)
                .isGreaterThanOrEqualTo(pair.margin);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheTemplatesGeometry(Pair pair) {
        try (Mat template = Samples.decoded(pair.template);
                Mat result =
                        Samples.decoded(RESULTS.get(pair).get(RATIOS.length - 1).picture())) {
            Face before = models.face(template);
            Face after = models.face(result);
            assertThat(after.mesh().meanDistance(before.mesh()) / before.mesh().eyeDistance())
                    .isLessThan(MESH_TOLERANCE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void looksMoreLikeTheUserTheMoreIsBlended(Pair pair) {
        for (int i = 1; i < RATIOS.length; i++) {
            assertThat(similarity(pair, i).user())
                    .as("to the user at %s", RATIOS[i])
                    .isGreaterThan(similarity(pair, i - 1).user());
            assertThat(similarity(pair, i).template())
                    .as("to the template at %s", RATIOS[i])
                    .isLessThan(similarity(pair, i - 1).template());
        }
    }

    @ParameterizedTest
    @EnumSource
    void halfIsInTheMiddleThird(Pair pair) {
        double none = similarity(pair, 0).user();
        double half = similarity(pair, 2).user();
        double all = similarity(pair, 4).user();
        assertThat((half - none) / (all - none))
                .as("from %.3f over %.3f to %.3f", none, half, all)
                .isBetween(1 / 3.0, 2 / 3.0);
    }

    @ParameterizedTest
    @EnumSource
    void leavesEveryPixelOutsideTheMask(Pair pair) {
        try (Mat template = Samples.decoded(pair.template);
                Mat user = Samples.decoded(pair.user)) {
            byte[] result = RESULTS.get(pair).get(RATIOS.length - 1).picture();
            assertSameOutsideTheMask(template, user, Samples.pixels(result));
        }
    }

    /** Larger than the canvas that fusion works on. */
    @Test
    void leavesEveryPixelOutsideTheMaskOfALargeFace() {
        try (Mat monaLisa = Samples.monaLisa();
                Mat user = Samples.astronaut();
                Mat head = around(monaLisa, models.face(monaLisa).mesh().bounds());
                Mat template = Samples.scaled(head, 7);
                FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
            FuseRequest request = new FuseRequest(Samples.png(template), Samples.ASTRONAUT, FuseOptions.DEFAULT);
            FuseResult result = engine.fuse(request);
            assertThat(result.report().similarity().user())
                    .isGreaterThan(result.report().similarity().template());
            assertSameOutsideTheMask(template, user, Samples.pixels(result.picture()));
        }
    }

    private static Mat around(Mat picture, Box face) {
        int margin = (int) (0.4 * face.width());
        return Samples.cropped(
                picture,
                (int) face.x() - margin,
                (int) face.y() - margin,
                (int) face.width() + 2 * margin,
                (int) face.height() + 2 * margin);
    }

    private static void assertSameOutsideTheMask(Mat template, Mat user, byte[] result) {
        byte[] before = Samples.pixels(template);
        try (FusedFace fused = new MeshFusion(models.topology())
                .fuse(new FacePair(template, models.face(template), user, models.face(user)))) {
            FloatBuffer mask = fused.mask().createBuffer();
            int left = fused.region().x();
            int top = fused.region().y();
            int width = fused.region().width();
            int height = fused.region().height();
            int outside = 0;
            int changed = 0;
            for (int i = 0; i < before.length / 3; i++) {
                int x = i % template.cols() - left;
                int y = i / template.cols() - top;
                boolean inRegion = x >= 0 && y >= 0 && x < width && y < height;
                if (!inRegion || mask.get(y * width + x) == 0) {
                    outside++;
                    for (int c = 3 * i; c < 3 * i + 3; c++) {
                        changed += before[c] == result[c] ? 0 : 1;
                    }
                }
            }
            assertThat(outside).isGreaterThan(before.length / 3 / 3);
            assertThat(changed).as("changed values outside the mask").isZero();
        }
    }
}
