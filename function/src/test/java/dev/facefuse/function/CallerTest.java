package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.ProgressListener;
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
    void isForgottenAfterwards() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Caller.watched(() -> true, () -> {
                    throw new IllegalStateException();
                }));
        assertThat(Caller.listener().gone()).isFalse();
    }
}
