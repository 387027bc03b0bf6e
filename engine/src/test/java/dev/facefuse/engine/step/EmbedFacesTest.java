package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.face.FaceModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbedFacesTest {
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
    void tellsTwoPersonsApart() {
        try (FusionContext context = SampleContext.withFaces(models)) {
            new EmbedFaces(models.embedder()).run(context);
            double similarity =
                    context.template().embedding().similarity(context.user().embedding());
            assertThat(similarity).isLessThan(0.6);
            assertThat(context.user().embedding().similarity(context.user().embedding()))
                    .isGreaterThan(0.999);
        }
    }
}
