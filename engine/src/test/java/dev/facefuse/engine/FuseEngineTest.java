package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.rotate;

import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of a fusion, end to end; how good it is: {@link FusionQualityTest}. */
class FuseEngineTest {
    private static final List<String> STAGES = List.of(
            "read-template",
            "find-template-face",
            "read-user",
            "find-user-face",
            "embed",
            "fuse",
            "paste",
            "retouch",
            "compare",
            "write",
            "label");

    private static final OutputSettings PNG = new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.PNG, 92);

    private static FuseEngine engine;

    @BeforeAll
    static void open() {
        engine = FuseEngine.open(EngineSettings.DEFAULT);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void reportsHowItCameAbout() {
        FuseResult result = engine.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT));
        Report report = result.report();
        assertThat(report.facefuse()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(report.pack()).startsWith("mesh ");
        assertThat(report.dtype()).isEqualTo("float32");
        assertThat(report.plan()).isEqualTo(report.device().equals("cpu") ? "host" : "resident");
        assertThat(report.degraded()).isFalse();
        assertThat(report.stages()).extracting(Report.Stage::name).containsExactlyElementsOf(STAGES);
        assertThat(report.stages()).allSatisfy(stage -> {
            assertThat(stage.millis()).isNotNegative();
            assertThat(stage.peakBytes()).isPositive();
        });
        assertThat(report.millis())
                .isGreaterThanOrEqualTo(report.stages().stream()
                                .mapToDouble(Report.Stage::millis)
                                .sum()
                        - 0.1);
        assertThat(report.memory().beforeBytes()).isPositive();
        assertThat(report.memory().afterBytes()).isPositive();
        assertThat(report.memory().peakBytes())
                .isEqualTo(report.stages().stream()
                        .mapToLong(Report.Stage::peakBytes)
                        .max()
                        .orElseThrow());
        assertThat(report.faces()).isEqualTo(new Report.Faces(1, 1));
        assertThat(report.similarity().user()).isBetween(0.3, 1.0);
        assertThat(report.similarity().template()).isBetween(0.3, 1.0);
        assertThat(report.output()).isEqualTo(new Report.Output(743, 1155, "jpg"));
        assertThat(report.warnings()).isEmpty();
        assertThat(result.format()).isEqualTo(PictureFormat.JPEG);
    }

    @Test
    void tellsEveryStageOnceInOrder() {
        List<String> told = new ArrayList<>();
        engine.fuse(
                request(Samples.ASTRONAUT, Samples.MONA_LISA),
                (stage, index, count) -> told.add(stage + " " + index + "/" + count));
        List<String> expected = new ArrayList<>();
        STAGES.forEach(stage -> expected.add(stage + " " + expected.size() + "/" + STAGES.size()));
        assertThat(told).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void blendZeroGivesThePixelsOfThePngBack(BlendMode mode) {
        assertThat(Samples.pixels(blended(Samples.ASTRONAUT, Samples.MONA_LISA, 0, mode)))
                .isEqualTo(Samples.pixels(Samples.ASTRONAUT));
    }

    @ParameterizedTest
    @EnumSource
    void blendZeroGivesThePixelsOfTheJpegBack(BlendMode mode) {
        assertThat(Samples.pixels(blended(Samples.MONA_LISA, Samples.ASTRONAUT, 0, mode)))
                .isEqualTo(Samples.pixels(Samples.MONA_LISA));
    }

    @ParameterizedTest
    @EnumSource
    void everyModeIsAnotherPicture(BlendMode mode) {
        byte[] pixels = Samples.pixels(blended(Samples.ASTRONAUT, Samples.MONA_LISA, 1, mode));
        assertThat(pixels).isNotEqualTo(Samples.pixels(Samples.ASTRONAUT));
        for (BlendMode other : BlendMode.values()) {
            if (other.compareTo(mode) > 0) {
                assertThat(pixels)
                        .isNotEqualTo(Samples.pixels(blended(Samples.ASTRONAUT, Samples.MONA_LISA, 1, other)));
            }
        }
    }

    private static byte[] blended(byte[] template, byte[] user, float ratio, BlendMode mode) {
        FuseOptions options = new FuseOptions(FaceChoice.DEFAULT, new Blending(ratio, mode), Retouching.NONE, PNG);
        return engine.fuse(new FuseRequest(template, user, options)).picture();
    }

    @Test
    void givesTheSameBytesTwice() {
        FuseRequest request = request(Samples.MONA_LISA, Samples.ASTRONAUT);
        assertThat(engine.fuse(request).picture())
                .isEqualTo(engine.fuse(request).picture());
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void saysInThePictureThatItIsFused(PictureFormat format) {
        OutputSettings output = new OutputSettings(512, format, 92);
        FuseResult result = engine.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT, output));
        assertThat(new String(result.picture(), StandardCharsets.UTF_8))
                .contains("digitalsourcetype/compositeSynthetic", "AISystemUsed", ">facefuse mesh<")
                .contains("{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;facefuse&quot;");
        assertThat(result.report().warnings()).isEmpty();
    }

    @Test
    void aBmpCannotSayItAndTheResultDoes() {
        OutputSettings bmp = new OutputSettings(512, PictureFormat.BMP, 92);
        Report report =
                engine.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT, bmp)).report();
        assertThat(report.warnings())
                .singleElement()
                .extracting(Warning::sentence, STRING)
                .startsWith("BMP holds no metadata");
    }

    @Test
    void saysNothingIfItMustNot() {
        LabelSettings none = LabelSettings.DEFAULT.withImplicit(false);
        try (FuseEngine silent = FuseEngine.open(EngineSettings.DEFAULT.with(none))) {
            byte[] picture =
                    silent.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT)).picture();
            assertThat(new String(picture, StandardCharsets.UTF_8)).doesNotContain("xmpmeta");
        }
    }

    @Test
    void drawsTheMarkThatWasAskedFor() {
        FuseRequest plain = request(Samples.MONA_LISA, Samples.ASTRONAUT, PNG);
        Mark topLeft = new Mark(Mark.Words.ZH, Mark.Corner.TOP_LEFT);
        FuseRequest marked =
                new FuseRequest(plain.template(), plain.user(), plain.options().with(topLeft));
        try (Mat without = Samples.decoded(engine.fuse(plain).picture());
                Mat with = Samples.decoded(engine.fuse(marked).picture());
                Mat cornerWithout = Samples.cropped(without, 0, 0, 371, 577);
                Mat cornerWith = Samples.cropped(with, 0, 0, 371, 577);
                Mat restWithout = Samples.cropped(without, 0, 577, 743, 578);
                Mat restWith = Samples.cropped(with, 0, 577, 743, 578)) {
            assertThat(Samples.pixels(cornerWith)).isNotEqualTo(Samples.pixels(cornerWithout));
            assertThat(Samples.pixels(restWith)).isEqualTo(Samples.pixels(restWithout));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 743, 1155", "512, 329, 512", "1024, 659, 1024", "2048, 1317, 2048"})
    void givesTheSizeThatWasAskedFor(int longestEdge, int width, int height) {
        OutputSettings output = new OutputSettings(longestEdge, PictureFormat.JPEG, 80);
        FuseResult result = engine.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT, output));
        assertThat(result.report().output()).isEqualTo(new Report.Output(width, height, "jpg"));
        try (Mat decoded = Samples.decoded(result.picture())) {
            assertThat(List.of(decoded.cols(), decoded.rows())).containsExactly(width, height);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheTemplatesFormat(PictureFormat format) {
        try (Mat astronaut = Samples.astronaut();
                Mat small = Samples.scaled(astronaut, 0.6)) {
            FuseResult result = engine.fuse(request(Samples.encoded(small, format), Samples.MONA_LISA));
            assertThat(result.format()).isEqualTo(format);
            assertThat(formatOf(result.picture())).isEqualTo(format);
            assertThat(result.report().output().format()).isEqualTo(format.extension());
        }
    }

    @Test
    void givesTheFormatThatWasAskedFor() {
        OutputSettings webp = new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.WEBP, 80);
        FuseResult result = engine.fuse(request(Samples.ASTRONAUT, Samples.MONA_LISA, webp));
        assertThat(formatOf(result.picture())).isEqualTo(PictureFormat.WEBP);
    }

    private static PictureFormat formatOf(byte[] picture) {
        return PictureHeader.read(picture, PictureLimits.DEFAULT).format();
    }

    @Test
    void keepsTheAlphaChannel() {
        PictureReader reader = new PictureReader(PictureLimits.DEFAULT);
        Mat alpha = new Mat(512, 512, opencv_core.CV_8UC1);
        ByteBuffer values = alpha.createBuffer();
        for (int i = 0; i < 512 * 512; i++) {
            values.put((byte) (i % 512 / 2 ^ i / 1024));
        }
        byte[] before = Samples.pixels(alpha);
        try (Picture template = Picture.of(Samples.astronaut(), alpha)) {
            byte[] png = new PictureWriter().write(template, PictureFormat.PNG, 92);
            FuseResult result = engine.fuse(request(png, Samples.MONA_LISA));
            try (Picture fused = reader.read(result.picture(), DecodeSize.full())) {
                assertThat(fused.alpha()).isNotNull();
                assertThat(Samples.pixels(fused.alpha())).isEqualTo(before);
                assertThat(Samples.pixels(fused.bgr()))
                        .isEqualTo(Samples.pixels(engine.fuse(request(Samples.ASTRONAUT, Samples.MONA_LISA))
                                .picture()));
            }
        }
    }

    /** Stored lying on its side, with EXIF's word on how to turn it: shown, fused and written upright. */
    @Test
    void turnsTheTemplateUpright() {
        try (Mat upright = Samples.monaLisa();
                Mat lying = new Mat()) {
            rotate(upright, lying, ROTATE_90_COUNTERCLOCKWISE);
            byte[] png = PictureCorpus.pngWithOrientation(Samples.png(lying), 6);
            byte[] turned = engine.fuse(request(png, Samples.ASTRONAUT)).picture();
            byte[] expected = engine.fuse(request(Samples.png(upright), Samples.ASTRONAUT))
                    .picture();
            try (Mat decoded = Samples.decoded(turned)) {
                assertThat(List.of(decoded.cols(), decoded.rows())).containsExactly(743, 1155);
                assertThat(Samples.pixels(decoded)).isEqualTo(Samples.pixels(expected));
            }
        }
    }

    @Test
    void changesTheChosenFaceOnly() {
        try (Mat canvas = Samples.grey(1100, 540);
                Mat astronaut = Samples.astronaut()) {
            Samples.paste(canvas, astronaut, 10, 14);
            Samples.paste(canvas, astronaut, 560, 14);
            FuseOptions second = new FuseOptions(
                    new FaceChoice(1, FaceChoice.LARGEST, 0.5f), Blending.DEFAULT, Retouching.NONE, PNG);
            FuseResult result = engine.fuse(new FuseRequest(Samples.png(canvas), Samples.MONA_LISA, second));
            assertThat(result.report().faces()).isEqualTo(new Report.Faces(2, 1));
            try (Mat fused = Samples.decoded(result.picture());
                    Mat left = Samples.cropped(fused, 0, 0, 550, 540);
                    Mat leftBefore = Samples.cropped(canvas, 0, 0, 550, 540);
                    Mat right = Samples.cropped(fused, 550, 0, 550, 540);
                    Mat rightBefore = Samples.cropped(canvas, 550, 0, 550, 540)) {
                assertThat(Samples.pixels(left)).isEqualTo(Samples.pixels(leftBefore));
                assertThat(Samples.pixels(right)).isNotEqualTo(Samples.pixels(rightBefore));
            }
        }
    }

    @Test
    void warnsOfLargePicturesAndSmallFaces() {
        try (Mat large = Samples.grey(1500, 1200);
                Mat astronaut = Samples.astronaut();
                Mat small = Samples.scaled(astronaut, 0.35)) {
            Samples.paste(large, small, 600, 500);
            Report report =
                    engine.fuse(request(Samples.png(large), Samples.ASTRONAUT)).report();
            assertThat(report.warnings()).hasSize(2);
            assertThat(report.warnings().get(0).sentence()).contains("1500×1200", "smaller picture");
            assertThat(report.warnings().get(1).sentence()).contains("template", "closer photo");
        }
    }

    @Test
    void findsFacesWhereTheyAreShown() {
        try (Mat canvas = Samples.grey(2200, 1080);
                Mat lying = new Mat();
                Mat astronaut = Samples.astronaut();
                Mat large = Samples.scaled(astronaut, 2)) {
            Samples.paste(canvas, large, 20, 28);
            Samples.paste(canvas, astronaut, 1500, 300);
            rotate(canvas, lying, ROTATE_90_COUNTERCLOCKWISE);
            byte[] png = PictureCorpus.pngWithOrientation(Samples.png(lying), 6);
            FacesFound found = faces(png, 0.5f);
            assertThat(found.width()).isEqualTo(2200);
            assertThat(found.height()).isEqualTo(1080);
            assertThat(found.faces()).extracting(FacesFound.Face::index).containsExactly(0, 1);
            FacesFound.Face alone = faces(Samples.ASTRONAUT, 0.5f).faces().get(0);
            assertPlace(found.faces().get(0), alone, 2, 20, 28);
            assertPlace(found.faces().get(1), alone, 1, 1500, 300);
        }
    }

    /** Within a fifth of the face: the detector sees it in another size. */
    private static void assertPlace(FacesFound.Face face, FacesFound.Face alone, double scale, int x, int y) {
        Offset<Double> near = within(scale * alone.width() / 5);
        assertThat(face.left()).isCloseTo(x + scale * alone.left(), near);
        assertThat(face.top()).isCloseTo(y + scale * alone.top(), near);
        assertThat(face.width()).isCloseTo(scale * alone.width(), near);
        assertThat(face.height()).isCloseTo(scale * alone.height(), near);
        assertThat(face.score()).isBetween(0.5, 1.0);
    }

    /** A JPEG of this size is decoded at a half; its faces are where they are in the whole. */
    @Test
    void findsFacesOfAPictureThatIsNotDecodedWhole() {
        try (Mat astronaut = Samples.astronaut();
                Mat large = Samples.resized(astronaut, 4200, 4200)) {
            byte[] jpeg = Samples.encoded(large, PictureFormat.JPEG);
            FacesFound found = faces(jpeg, 0.5f);
            assertThat(found.width()).isEqualTo(4200);
            FacesFound.Face alone = faces(Samples.ASTRONAUT, 0.5f).faces().get(0);
            assertPlace(found.faces().get(0), alone, 4200 / 512.0, 0, 0);
        }
    }

    @Test
    void noFacesAreAnAnswerToo() {
        try (Mat grey = Samples.grey(300, 200)) {
            assertThat(faces(Samples.png(grey), 0.5f)).isEqualTo(new FacesFound(300, 200, List.of()));
        }
    }

    @Test
    void refusesToLookForFacesInWhatIsNoPicture() {
        FuseException bad =
                catchThrowableOfType(FuseException.class, () -> faces("text".getBytes(StandardCharsets.UTF_8), 0.5f));
        assertThat(bad.code()).isEqualTo(ErrorCode.BAD_PICTURE);
        assertThat(bad).hasMessageStartingWith("picture: ");
        FuseException threshold = catchThrowableOfType(FuseException.class, () -> faces(Samples.ASTRONAUT, 1.5f));
        assertThat(threshold.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    private static FacesFound faces(byte[] picture, float threshold) {
        return engine.faces(picture, threshold, RequestContext.NONE);
    }

    /** Whose connection broke, say; what was held is given back, or {@link NothingReclaimed} tells. */
    @Test
    void aListenerEndsTheFusionByThrowing() {
        FuseRequest request = request(Samples.MONA_LISA, Samples.ASTRONAUT);
        for (String last : List.of("find-template-face", "fuse", "write")) {
            List<String> told = new ArrayList<>();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> engine.fuse(request, (stage, index, count) -> {
                        told.add(stage);
                        if (stage.equals(last)) {
                            throw new IllegalStateException();
                        }
                    }));
            assertThat(told).endsWith(last);
        }
        assertThat(engine.fuse(request).picture()).isNotEmpty();
        assertThat(engine.metrics().drifts()).isZero();
    }

    static List<PictureCorpus.Bad> badPictures() {
        return PictureCorpus.bad();
    }

    @ParameterizedTest
    @MethodSource("badPictures")
    void refusesABadTemplate(PictureCorpus.Bad bad) {
        assertRefused(request(bad.bytes(), Samples.ASTRONAUT), bad.code(), "template: ", bad.says());
    }

    @ParameterizedTest
    @MethodSource("badPictures")
    void refusesABadUser(PictureCorpus.Bad bad) {
        assertRefused(request(Samples.ASTRONAUT, bad.bytes()), bad.code(), "user: ", bad.says());
    }

    @Test
    void refusesAPictureOverTheLimits() {
        PictureLimits limits = new PictureLimits(32 << 20, 100_000, 16_384);
        try (FuseEngine strict = FuseEngine.open(EngineSettings.DEFAULT.with(limits))) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> strict.fuse(request(Samples.ASTRONAUT, Samples.ASTRONAUT)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PICTURE_TOO_LARGE));
        }
    }

    @ParameterizedTest
    @CsvSource({"600, 500", "40, 30", "1, 1", "2000, 10", "10, 2000"})
    void findsNoFaceInABlankPicture(int width, int height) {
        try (Mat grey = Samples.grey(width, height)) {
            byte[] blank = Samples.png(grey);
            assertRefused(request(blank, Samples.ASTRONAUT), ErrorCode.NO_FACE, "template");
            assertRefused(request(Samples.ASTRONAUT, blank), ErrorCode.NO_FACE, "user");
        }
    }

    @Test
    void refusesAFaceThatIsNotThere() {
        FuseOptions template = new FuseOptions(new FaceChoice(1, 0, 0.5f), Blending.DEFAULT, Retouching.NONE, PNG);
        FuseOptions user = new FuseOptions(new FaceChoice(0, 3, 0.5f), Blending.DEFAULT, Retouching.NONE, PNG);
        assertRefused(
                new FuseRequest(Samples.ASTRONAUT, Samples.MONA_LISA, template),
                ErrorCode.FACE_INDEX,
                "template picture has one face");
        assertRefused(
                new FuseRequest(Samples.ASTRONAUT, Samples.MONA_LISA, user),
                ErrorCode.FACE_INDEX,
                "user picture has one face");
    }

    /** At a low threshold all sorts of things pass for faces: a picture comes out, or a named error. */
    @ParameterizedTest
    @CsvSource({"600, 500", "300, 900", "77, 1400", "1300, 90", "64, 64"})
    void survivesWhatIsNoFace(int width, int height) {
        try (Mat blotches = Samples.blotches(width, height)) {
            byte[] picture = Samples.png(blotches);
            FuseOptions options = new FuseOptions(
                    new FaceChoice(FaceChoice.LARGEST, FaceChoice.LARGEST, 0.1f),
                    Blending.DEFAULT,
                    new Retouching(0.5f, 0.1f, 0.1f, 0.1f),
                    PNG);
            for (FuseRequest request : List.of(
                    new FuseRequest(picture, Samples.ASTRONAUT, options),
                    new FuseRequest(Samples.ASTRONAUT, picture, options))) {
                try {
                    assertThat(engine.fuse(request).picture()).isNotEmpty();
                } catch (FuseException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.NO_FACE);
                }
            }
        }
    }

    @Test
    void refusesASecondFusionWhileOneIsUnderWay() {
        List<ErrorCode> refusals = new ArrayList<>();
        FuseRequest request = request(Samples.ASTRONAUT, Samples.MONA_LISA);
        FuseResult result = engine.fuse(request, (stage, index, count) -> {
            try {
                engine.fuse(request);
            } catch (FuseException e) {
                refusals.add(e.code());
            }
        });
        assertThat(refusals).hasSize(STAGES.size()).containsOnly(ErrorCode.BUSY);
        assertThat(result.picture()).isEqualTo(engine.fuse(request).picture());
    }

    @Test
    void admitsTheNextAfterARefusalAndAfterAListenersFault() {
        FuseRequest request = request(Samples.ASTRONAUT, Samples.MONA_LISA);
        assertRefused(request(new byte[0], new byte[0]), ErrorCode.BAD_PICTURE, "empty");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> engine.fuse(request, (stage, index, count) -> {
                    throw new IllegalStateException("the listener's");
                }));
        assertThat(engine.fuse(request).picture()).isNotEmpty();
    }

    @Test
    void waitsForItsTurnWhereThereIsAQueue() throws Exception {
        FuseRequest request = request(Samples.ASTRONAUT, Samples.MONA_LISA);
        AdmissionSettings oneWaits = new AdmissionSettings(1, 1, Duration.ofMinutes(5));
        ExecutorService threads = Executors.newFixedThreadPool(1);
        CountDownLatch waits = new CountDownLatch(1);
        List<Future<FuseResult>> second = new ArrayList<>();
        List<FuseException> third = new ArrayList<>();
        try (FuseEngine queued = FuseEngine.open(EngineSettings.DEFAULT.with(oneWaits))) {
            assertThat(queued.expectedWait()).isZero();
            FuseResult first = queued.fuse(request, (stage, index, count) -> {
                if (index == 0) {
                    second.add(threads.submit(() -> queued.fuse(request, signallingItsWait(waits))));
                    await(waits);
                    third.add(catchThrowableOfType(FuseException.class, () -> queued.fuse(request)));
                }
            });
            assertThat(second.get(0).get().picture()).isEqualTo(first.picture());
            assertThat(third.get(0)).hasMessageStartingWith("Another fusion is under way, with 1 waiting;");
            assertThat(third.get(0).retryAfter()).isEqualTo(Duration.ofSeconds(2));
            assertThat(queued.expectedWait()).isZero();
        }
        threads.shutdown();
    }

    @Test
    void tellsOfEachStageAsItBeginsAndEnds() {
        List<String> begun = new ArrayList<>();
        List<Report.Stage> ended = new ArrayList<>();
        FuseResult result = engine.fuse(request(Samples.MONA_LISA, Samples.ASTRONAUT), new ProgressListener() {
            @Override
            public void onStage(String stage, int index, int count) {
                assertThat(ended).as(stage).hasSize(index);
                assertThat(count).isEqualTo(STAGES.size());
                begun.add(stage);
            }

            @Override
            public void onStageDone(Report.Stage stage) {
                ended.add(stage);
            }
        });
        assertThat(begun).isEqualTo(STAGES);
        assertThat(ended).isEqualTo(result.report().stages());
    }

    @Test
    void aStageThatFailsDoesNotEnd() {
        List<String> told = new ArrayList<>();
        try (Mat grey = Samples.grey(60, 50)) {
            FuseRequest request = request(Samples.png(grey), Samples.ASTRONAUT);
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> engine.fuse(request, new ProgressListener() {
                        @Override
                        public void onStage(String stage, int index, int count) {
                            told.add(stage);
                        }

                        @Override
                        public void onStageDone(Report.Stage stage) {
                            told.add("end of " + stage.name());
                        }
                    }));
        }
        assertThat(told).containsExactly("read-template", "end of read-template", "find-template-face");
    }

    private static RequestContext signallingItsWait(CountDownLatch waits) {
        return RequestContext.NONE.cancelledWhen(() -> {
            waits.countDown();
            return false;
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givesTheSameBytesFromSeveralThreads() throws Exception {
        FuseRequest one = request(Samples.ASTRONAUT, Samples.MONA_LISA);
        FuseRequest other = request(Samples.MONA_LISA, Samples.ASTRONAUT);
        byte[] expectedOne = engine.fuse(one).picture();
        byte[] expectedOther = engine.fuse(other).picture();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (FuseEngine two =
                FuseEngine.open(EngineSettings.DEFAULT.with(new AdmissionSettings(2, 0, Duration.ZERO)))) {
            for (int round = 0; round < 2; round++) {
                Future<FuseResult> first = threads.submit(() -> two.fuse(one));
                Future<FuseResult> second = threads.submit(() -> two.fuse(other));
                assertThat(first.get().picture()).isEqualTo(expectedOne);
                assertThat(second.get().picture()).isEqualTo(expectedOther);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void doesNotChangeTheRequest() {
        byte[] template = Samples.ASTRONAUT.clone();
        byte[] user = Samples.MONA_LISA.clone();
        engine.fuse(request(template, user));
        assertThat(template).isEqualTo(Samples.ASTRONAUT);
        assertThat(user).isEqualTo(Samples.MONA_LISA);
    }

    @Test
    void skinSmoothingAndToneStayOnTheFace() {
        FuseOptions options =
                new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, new Retouching(1f, 0.3f, 0.2f, -0.2f), PNG);
        byte[] plain = Samples.pixels(
                engine.fuse(request(Samples.ASTRONAUT, Samples.MONA_LISA, PNG)).picture());
        byte[] retouched = Samples.pixels(engine.fuse(new FuseRequest(Samples.ASTRONAUT, Samples.MONA_LISA, options))
                .picture());
        byte[] template = Samples.pixels(Samples.ASTRONAUT);
        int face = 3 * (130 * 512 + 225);
        assertThat(retouched[face] & 0xFF).isNotEqualTo(plain[face] & 0xFF);
        int changed = 0;
        for (int i = 0; i < template.length; i++) {
            int x = i / 3 % 512;
            int y = i / 3 / 512;
            if (x < 150 || x > 300 || y < 30 || y > 220) {
                changed += template[i] == retouched[i] ? 0 : 1;
            }
        }
        assertThat(changed).as("changed values far from the face").isZero();
    }

    @Test
    void saysWhatItRunsOn() {
        EngineInfo info = engine.info();
        assertThat(info.libtorch()).startsWith("2.");
        assertThat(info.opencv()).matches("4\\.\\d+\\.\\d+");
        assertThat(info.threads()).isPositive();
        assertThat(info.pack()).startsWith("mesh ");
        assertThat(info.roles()).extracting(EngineInfo.Role::name).containsExactly("detector", "mesh", "embedding");
        assertThat(info.roles()).allSatisfy(role -> {
            assertThat(role.weightBytes()).isPositive();
            assertThat(role.dtype()).isEqualTo("float32");
        });
        assertThat(info.residentBytes()).isPositive();
        assertThat(info.peakResidentBytes()).isPositive();
    }

    private static FuseRequest request(byte[] template, byte[] user) {
        return new FuseRequest(template, user, FuseOptions.DEFAULT);
    }

    private static FuseRequest request(byte[] template, byte[] user, OutputSettings output) {
        return new FuseRequest(
                template, user, new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, output));
    }

    private static void assertRefused(FuseRequest request, ErrorCode code, String... says) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> engine.fuse(request))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(says).endsWith("."));
    }
}
