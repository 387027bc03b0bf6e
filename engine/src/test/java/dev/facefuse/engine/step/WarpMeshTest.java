package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.FusedFace;
import dev.facefuse.engine.fusion.MeshFusion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WarpMeshTest {
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
    void leavesTheFusedFace() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            new WarpMesh(new MeshFusion(models.topology())).run(context);
            FusedFace fused = context.fusedFace();
            assertThat(fused.region().width()).isBetween(100, 743);
            assertThat(fused.pixels().cols()).isEqualTo(fused.region().width());
        }
    }
}
