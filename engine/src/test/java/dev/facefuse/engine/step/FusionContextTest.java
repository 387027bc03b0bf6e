package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class FusionContextTest {
    @Test
    void closesEverythingTheNewestFirst() {
        List<String> closed = new ArrayList<>();
        Mat template;
        Mat user;
        try (FusionContext context = SampleContext.decoded()) {
            template = context.template().picture().bgr();
            user = context.user().picture().bgr();
            context.own(() -> closed.add("first"));
            context.own(() -> closed.add("second"));
        }
        assertThat(closed).containsExactly("second", "first");
        assertThat(List.of(template, user)).allMatch(mat -> mat.isNull());
    }

    @Test
    void closesTheRestWhenOneObjectCannotBeClosed() {
        List<String> closed = new ArrayList<>();
        FusionContext context = SampleContext.decoded();
        Mat template = context.template().picture().bgr();
        context.own(() -> closed.add("first"));
        context.own(() -> {
            throw new IllegalArgumentException("not mine");
        });
        assertThatIllegalStateException()
                .isThrownBy(context::close)
                .havingCause()
                .withMessage("not mine");
        assertThat(closed).containsExactly("first");
        assertThat(template.isNull()).isTrue();
    }

    @Test
    void releasesTheUsersPictureAndKeepsTheTemplate() {
        try (FusionContext context = SampleContext.decoded()) {
            Mat user = context.user().picture().bgr();
            context.releaseInputs();
            assertThat(user.isNull()).isTrue();
            assertThat(context.template().picture().bgr().isNull()).isFalse();
        }
    }

    @Test
    void aReplacedPictureIsClosed() {
        try (FusionContext context = SampleContext.decoded();
                FusionContext other = SampleContext.decoded()) {
            Mat before = context.user().picture().bgr();
            context.user().setPicture(other.user().picture());
            assertThat(before.isNull()).isTrue();
        }
    }

    @Test
    void saysWhatIsMissing() {
        try (FusionContext context = SampleContext.encoded()) {
            assertThatIllegalStateException()
                    .isThrownBy(context::result)
                    .withMessage("No step has made the result yet, or it has been released");
            assertThatIllegalStateException()
                    .isThrownBy(() -> context.user().face())
                    .withMessageContaining("face of the user");
        }
    }
}
