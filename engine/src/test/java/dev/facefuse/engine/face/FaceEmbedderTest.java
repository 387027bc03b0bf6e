package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.facefuse.engine.Samples;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The similarities are those of FACES.md: the same person about 0.85, two people about 0.38. */
class FaceEmbedderTest {
    private static final int UNCHANGED_TYPE = -1;

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
    void knowsAPersonAgain() {
        try (Mat astronaut = Samples.astronaut();
                Mat moved = Samples.warped(astronaut, Samples.similarity(astronaut, 12, 0.8, 330, 250), 600, 560);
                Mat brighter = new Mat();
                Mat monaLisa = Samples.monaLisa()) {
            moved.convertTo(brighter, UNCHANGED_TYPE, 1.15, 12);
            Embedding person = embedding(astronaut);
            double same = person.similarity(embedding(brighter));
            double other = person.similarity(embedding(monaLisa));
            assertThat(same).isGreaterThan(0.85);
            assertThat(other).isLessThan(0.5);
        }
    }

    /** Both ways round are averaged, so a mirror image is the same person. */
    @Test
    void doesNotMindAMirror() {
        try (Mat astronaut = Samples.astronaut();
                Mat mirrored =
                        Samples.warped(astronaut, new double[] {-1, 0, astronaut.cols() - 1.0, 0, 1, 0}, 512, 512)) {
            assertThat(embedding(astronaut).similarity(embedding(mirrored))).isGreaterThan(0.93);
        }
    }

    @Test
    void isItself() {
        try (Mat monaLisa = Samples.monaLisa()) {
            Embedding embedding = embedding(monaLisa);
            assertThat(embedding.similarity(embedding)).isCloseTo(1, within(1e-5));
            assertThat(embedding.similarity(embedding(monaLisa))).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void keepsDirectionsOnly() {
        assertThat(Embedding.of(new float[] {3, 4}).similarity(Embedding.of(new float[] {300, 400})))
                .isCloseTo(1, within(1e-6));
        assertThat(Embedding.of(new float[] {1, 0}).similarity(Embedding.of(new float[] {0, 5})))
                .isZero();
        assertThat(Embedding.of(new float[] {1, 0}).similarity(Embedding.of(new float[] {-2, 0})))
                .isCloseTo(-1, within(1e-6));
        assertThat(Embedding.of(new float[2]).similarity(Embedding.of(new float[] {1, 1})))
                .isZero();
    }

    @Test
    void doesNotCompareNetworks() {
        Embedding one = Embedding.of(new float[] {1, 2});
        Embedding other = Embedding.of(new float[] {1, 2, 3});
        assertThatIllegalArgumentException().isThrownBy(() -> one.similarity(other));
    }

    private static Embedding embedding(Mat picture) {
        return models.embedder().embed(picture, models.face(picture).mesh());
    }
}
