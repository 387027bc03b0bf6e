package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.fusion.FakeUnet;
import dev.facefuse.engine.fusion.UnetFusion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EnhanceFaceTest {
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
    void runsTheEnhancerOnTheGeneratedFace() {
        List<Integer> enhanced = new ArrayList<>();
        UnetFusion fusion = fusion(new FakeUnet(crop -> crop, crop -> {
            enhanced.add(crop.length);
            return crop;
        }));
        try (FusionContext context = SampleContext.withFaces(models)) {
            new ExtractIdentity(fusion, Enhance.ALWAYS).run(context);
            new TransferShape().run(context);
            new GenerateFace().run(context);
            new EnhanceFace(fusion, Enhance.ALWAYS).run(context);
            assertThat(enhanced).containsExactly(3 * 1024 * 1024);
        }
    }

    @Test
    void isNotNeededWithoutAnEnhancer() {
        UnetFusion fusion = fusion(new FakeUnet(crop -> crop, null));
        try (FusionContext context = SampleContext.withFaces(models)) {
            assertThat(new EnhanceFace(fusion, Enhance.ALWAYS).isNeeded(context))
                    .isFalse();
        }
    }

    private static UnetFusion fusion(FakeUnet networks) {
        return new UnetFusion(networks, FakeUnet.MODEL, FakeUnet.oval(), models.topology());
    }
}
