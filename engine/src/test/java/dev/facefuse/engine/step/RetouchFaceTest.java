package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.fusion.MeshFusion;
import dev.facefuse.engine.retouch.Retouching;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RetouchFaceTest {
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
    void brightensTheFaceAndFreesTheUsersPicture() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            new WarpMesh(new MeshFusion(models.topology())).run(context);
            Mat user = context.user().picture().bgr();
            Mat fused = context.fusedFace().pixels();
            new RetouchFace(new Retouching(0, 0.3f, 0, 0)).run(context);
            assertThat(Samples.pixels(context.template().picture().bgr()))
                    .isNotEqualTo(Samples.pixels(Samples.MONA_LISA));
            assertThat(user.isNull()).isTrue();
            assertThat(fused.isNull()).isTrue();
        }
    }

    @Test
    void freesTheUsersPictureWithoutRetouchingToo() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            Mat user = context.user().picture().bgr();
            new RetouchFace(Retouching.NONE).run(context);
            assertThat(user.isNull()).isTrue();
            assertThat(Samples.pixels(context.template().picture().bgr())).isEqualTo(Samples.pixels(Samples.MONA_LISA));
        }
    }
}
