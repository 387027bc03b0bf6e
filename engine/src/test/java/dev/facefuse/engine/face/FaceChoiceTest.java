package dev.facefuse.engine.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaceChoiceTest {
    private static final Detection SMALL = face(0, 10);
    private static final Detection LARGE = face(100, 30);
    private static final Detection MIDDLE = face(200, 20);
    private static final List<Detection> LEFT_TO_RIGHT = List.of(SMALL, LARGE, MIDDLE);

    @Test
    void takesTheLargest() {
        assertThat(FaceChoice.choose(LEFT_TO_RIGHT, FaceChoice.LARGEST, "template"))
                .isEqualTo(LARGE);
    }

    @Test
    void countsFromLeftToRight() {
        assertThat(FaceChoice.choose(LEFT_TO_RIGHT, 0, "template")).isEqualTo(SMALL);
        assertThat(FaceChoice.choose(LEFT_TO_RIGHT, 2, "template")).isEqualTo(MIDDLE);
    }

    @Test
    void saysWhichIndicesThereAre() {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FaceChoice.choose(LEFT_TO_RIGHT, 3, "template"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FACE_INDEX))
                .withMessage("Face 3 was asked for, and the template picture has 3 faces: choose 0 to 2, counted from"
                        + " left to right.");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FaceChoice.choose(List.of(SMALL), 1, "user"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FACE_INDEX))
                .withMessageContainingAll("user picture", "one face", "choose 0,");
    }

    @ParameterizedTest
    @ValueSource(ints = {FaceChoice.LARGEST, 0, 7})
    void saysWhatToDoWhenThereIsNoFace(int index) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FaceChoice.choose(List.of(), index, "user"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_FACE))
                .withMessageContainingAll("user picture", "use one that");
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, Integer.MIN_VALUE})
    void refusesANegativeIndex(int index) {
        assertBadRequest(() -> new FaceChoice(index, 0, 0.5f), "starts at 0");
        assertBadRequest(() -> new FaceChoice(0, index, 0.5f), "starts at 0");
    }

    @ParameterizedTest
    @ValueSource(floats = {0.09f, 1, Float.NaN, -1, Float.POSITIVE_INFINITY})
    void refusesAThresholdThatIsNone(float threshold) {
        assertBadRequest(() -> new FaceChoice(0, 0, threshold), "between 0.1 and 0.99");
    }

    private static void assertBadRequest(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String says) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .withMessageContaining(says);
    }

    private static Detection face(double x, double side) {
        return new Detection(new Box(x, 0, side, side), 0.9, new Point(x, 0), new Point(x + side, 0));
    }
}
