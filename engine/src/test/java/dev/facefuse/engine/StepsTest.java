package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.Detection;
import dev.facefuse.engine.face.Face;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.FakeUnet;
import dev.facefuse.engine.fusion.Fusion;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.SampleContext;
import dev.facefuse.engine.step.Step;
import dev.facefuse.nativelib.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepsTest {
    private static FaceModels models;

    @BeforeAll
    static void open() {
        models = FaceModels.open();
    }

    @AfterAll
    static void close() {
        models.close();
    }

    @Test
    void warpsWithTheMeshPack() {
        assertThat(names(steps(new MeshFusion(models.topology()), Enhance.AUTO)))
                .containsExactly(
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
    }

    @Test
    void generatesWithAUnetPack() {
        assertThat(names(steps(unet(true), Enhance.AUTO)))
                .containsExactly(
                        "read-template",
                        "find-template-face",
                        "read-user",
                        "find-user-face",
                        "embed",
                        "identity",
                        "shape",
                        "generate",
                        "enhance",
                        "paste",
                        "retouch",
                        "compare",
                        "write",
                        "label");
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, 99, false",
        "AUTO, 100, true",
        "ALWAYS, 20, true",
        "NEVER, 500, false",
    })
    void enhancesWhereItIsWantedAndShows(Enhance enhance, double edge, boolean enhanced) {
        Set<String> fusing = Set.of("identity", "shape", "generate", "enhance");
        List<Step> all = steps(unet(true), enhance);
        List<Step> steps =
                all.stream().filter(step -> fusing.contains(step.name())).toList();
        List<String> run = new ArrayList<>();
        try (FusionContext context = SampleContext.withFaces(models)) {
            Face mona = context.template().face();
            Detection found = mona.detection();
            Box box = new Box(300, 200, edge, 3 * edge);
            context.template()
                    .setFace(
                            new Face(new Detection(box, found.score(), found.leftEye(), found.rightEye()), mona.mesh()),
                            1);
            new StepRunner(steps, (name, index, count) -> run.add(name), DeviceMemory.host(0), name -> {}).run(context);
        }
        assertThat(run.contains("enhance")).isEqualTo(enhanced);
        assertThat(names(steps)).containsSubsequence(run);
        assertThat(run).startsWith("identity", "shape", "generate");
        assertThat(names(steps).contains("enhance")).isEqualTo(enhance != Enhance.NEVER);
    }

    @Test
    void refusesToEnhanceWithoutAnEnhancer() {
        assertThat(names(steps(unet(false), Enhance.AUTO))).doesNotContain("enhance");
        for (Fusion without : List.of(unet(false), new MeshFusion(models.topology()))) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> steps(without, Enhance.ALWAYS))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                    .withMessageContaining("no enhancer");
        }
    }

    private static List<Step> steps(Fusion fusion, Enhance enhance) {
        FaceNetworks faces = new FaceNetworks(models.finder(), models.meshes(), models.embedder());
        Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);
        return new Steps(PictureLimits.DEFAULT, faces, fusion, labelling).of(FuseOptions.DEFAULT.with(enhance));
    }

    private static UnetFusion unet(boolean enhancer) {
        FakeUnet networks = new FakeUnet(crop -> crop, enhancer ? crop -> crop : null);
        return new UnetFusion(networks, FakeUnet.MODEL, FakeUnet.oval(), models.topology());
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }
}
