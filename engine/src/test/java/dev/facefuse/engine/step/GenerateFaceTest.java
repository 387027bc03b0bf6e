package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.FakeUnet;
import dev.facefuse.engine.fusion.UnetFusion;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Identity, shape and generation: one passes its result on to the next. */
class GenerateFaceTest {
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
    void leavesTheGeneratedFace() {
        UnetFusion fusion =
                new UnetFusion(new FakeUnet(crop -> crop, null), FakeUnet.MODEL, FakeUnet.oval(), models.topology());
        List<Step> steps = List.of(new ExtractIdentity(fusion, Enhance.NEVER), new TransferShape(), new GenerateFace());
        try (FusionContext context = SampleContext.withFaces(models)) {
            steps.forEach(step -> step.run(context));
            assertThat(context.fusedFace().region().width()).isBetween(100, 743);
            assertThat(steps).flatExtracting(Step::networks).containsExactly("identity", "shape", "generator");
        }
    }

    @Test
    void needsTheIdentityFirst() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> new GenerateFace().run(context))
                    .withMessageContaining("generated face");
        }
    }
}
