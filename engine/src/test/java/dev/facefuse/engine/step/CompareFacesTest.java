package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CompareFacesTest {
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
    void anUnchangedTemplateIsLikeItself() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            new EmbedFaces(models.embedder()).run(context);
            new CompareFaces(models.meshes(), models.embedder()).run(context);
            assertThat(context.resultEmbedding().similarity(context.template().embedding()))
                    .isGreaterThan(0.999);
        }
    }
}
