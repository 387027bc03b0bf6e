package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerTest {
    @Test
    void isThereUnlessSomebodyWatches() {
        assertThat(Caller.listener()).isSameAs(ProgressListener.NONE);
        assertThat(Caller.listener().gone()).isFalse();
    }

    @Test
    void isGoneIfTheDoorSaysSo() {
        boolean[] gone = {false};
        boolean there = Caller.watched(() -> gone[0], () -> {
            ProgressListener listener = Caller.listener();
            boolean before = listener.gone();
            gone[0] = true;
            return !before && listener.gone();
        });
        assertThat(there).isTrue();
    }

    @Test
    void isToldOfStagesIfTheDoorListens() {
        List<String> told = new ArrayList<>();
        Caller.told((stage, index, count) -> told.add(stage + " " + index + "/" + count), () -> {
            Caller.listener().onStage("warp", 1, 2);
            return true;
        });
        assertThat(told).containsExactly("warp 1/2");
        assertThat(Caller.listener()).isSameAs(ProgressListener.NONE);
    }

    @Test
    void isForgottenAfterwards() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Caller.watched(() -> true, () -> {
                    throw new IllegalStateException();
                }));
        assertThat(Caller.listener().gone()).isFalse();
    }
}
