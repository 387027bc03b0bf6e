package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PasteFaceTest {
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
    void changesTheTemplate() {
        assertThat(pasted(Blending.DEFAULT)).isNotEqualTo(Samples.pixels(Samples.MONA_LISA));
    }

    @Test
    void changesNothingAtRatioZero() {
        assertThat(pasted(new Blending(0, BlendMode.NORMAL))).isEqualTo(Samples.pixels(Samples.MONA_LISA));
    }

    private static byte[] pasted(Blending blending) {
        try (FusionContext context = SampleContext.withFaces(models)) {
            new WarpMesh(new MeshFusion(models.topology())).run(context);
            new PasteFace(blending).run(context);
            return Samples.pixels(context.template().picture().bgr());
        }
    }
}
