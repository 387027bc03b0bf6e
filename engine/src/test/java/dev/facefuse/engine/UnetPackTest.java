package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Fusions by the UNet networks, end to end. Stand-in weights draw no face; what surrounds them is what a real pack gets. */
class UnetPackTest {
    private static final String SKELETON = "damo-unet-skeleton";
    private static final OutputSettings PNG = new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.PNG, 92);
    private static final FuseOptions ENHANCED = options(Enhance.ALWAYS);

    private static FuseEngine engine;
    private static FuseResult enhanced;

    @BeforeAll
    static void open() {
        engine = FuseEngine.open(EngineSettings.DEFAULT.with(SKELETON, "cpu").with(Precision.FLOAT32));
        enhanced = engine.fuse(new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, ENHANCED));
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static FuseOptions options(Enhance enhance) {
        return new FuseOptions(FaceChoice.DEFAULT, Blending.DEFAULT, Retouching.NONE, PNG).with(enhance);
    }

    @Test
    void saysWhatItDid() {
        Report report = enhanced.report();
        assertThat(report.pack()).isEqualTo(SKELETON + " 1.0.0");
        assertThat(report.dtype()).isEqualTo("float32");
        assertThat(report.plan()).isEqualTo("host");
        assertThat(report.stages())
                .extracting(Report.Stage::name)
                .containsSubsequence(List.of("embed", "identity", "shape", "generate", "enhance", "paste"));
    }

    @Test
    void changesTheFaceAndNothingElse() {
        try (Mat template = Samples.monaLisa();
                Mat fused = Samples.decoded(enhanced.picture())) {
            byte[] before = Samples.pixels(template);
            byte[] after = Samples.pixels(fused);
            assertThat(after).hasSameSizeAs(before);
            int changed = 0;
            for (int y = 0; y < template.rows(); y++) {
                for (int x = 0; x < template.cols(); x++) {
                    int at = 3 * (y * template.cols() + x);
                    boolean same = before[at] == after[at]
                            && before[at + 1] == after[at + 1]
                            && before[at + 2] == after[at + 2];
                    changed += same ? 0 : 1;
                    if (y < 50 || y > 480 || x < 120 || x > 550) {
                        assertThat(same)
                                .as("pixel %d, %d, far from the face", x, y)
                                .isTrue();
                    }
                }
            }
            assertThat(changed).isGreaterThan(20_000);
        }
    }

    @Test
    void theSameInputGivesTheSameBytes() {
        FuseResult again = engine.fuse(new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, ENHANCED));
        assertThat(again.picture()).isEqualTo(enhanced.picture());
    }

    @Test
    void enhancesOnlyIfAskedTo() {
        FuseResult plain = engine.fuse(new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, options(Enhance.NEVER)));
        assertThat(plain.report().stages())
                .extracting(Report.Stage::name)
                .contains("generate")
                .doesNotContain("enhance");
        assertThat(plain.picture()).isNotEqualTo(enhanced.picture());
    }

    @Test
    void refusesToLoadWhatDoesNotFit() {
        EngineSettings small =
                EngineSettings.DEFAULT.with(SKELETON, "cpu").with(MemorySettings.DEFAULT.withHostLimit(1_000_000_000));
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FuseEngine.open(small).close())
                .withMessageContaining("Loading takes about")
                .extracting(FuseException::code)
                .isEqualTo(ErrorCode.OUT_OF_MEMORY);
    }
}
