package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.face.FaceModels;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FindFaceTest {
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
    void findsTheFaceAndItsMesh() {
        try (FusionContext context = SampleContext.decoded()) {
            step(Side.TEMPLATE, FaceChoice.DEFAULT).run(context);
            assertThat(context.template().faceCount()).isEqualTo(1);
            assertThat(context.template().face().mesh().eyeDistance()).isGreaterThan(20);
            assertThat(context.warnings()).isEmpty();
        }
    }

    @Test
    void choosesEachSidesOwnIndex() {
        try (FusionContext context = SampleContext.decoded()) {
            FaceChoice second = new FaceChoice(0, 1, 0.5f);
            step(Side.TEMPLATE, second).run(context);
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> step(Side.USER, second).run(context))
                    .withMessageContaining("user")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FACE_INDEX));
        }
    }

    @Test
    void warnsAboutASmallFace() {
        try (FusionContext context = SampleContext.encoded();
                Mat astronaut = Samples.astronaut();
                Mat small = Samples.scaled(astronaut, 0.25)) {
            context.user().setPicture(Picture.of(small.clone(), null));
            step(Side.USER, FaceChoice.DEFAULT).run(context);
            assertThat(context.warnings()).extracting(Warning::kind).containsExactly(Warning.Kind.SMALL_FACE);
        }
    }

    private static FindFace step(Side side, FaceChoice choice) {
        return new FindFace(side, models.finder(), models.meshes(), choice);
    }
}
