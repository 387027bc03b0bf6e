package dev.facefuse.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionSettingsTest {
    @Test
    void isOneAtATimeAndNoQueueByDefault() {
        assertThat(AdmissionSettings.DEFAULT).isEqualTo(new AdmissionSettings(1, 0, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, PT0S", "64, 256, PT1H", "2, 1, PT0.001S"})
    void takesWhatIsInBounds(int permits, int queue, Duration maxWait) {
        assertThat(new AdmissionSettings(permits, queue, maxWait).maxWait()).isEqualTo(maxWait);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 | PT0S | admission.permits is 0; it must be between 1 and 64.",
                "65 | 0 | PT0S | admission.permits is 65; it must be between 1 and 64.",
                "1 | -1 | PT1S | admission.queue is -1; it must be between 0 and 256.",
                "1 | 257 | PT1S | admission.queue is 257; it must be between 0 and 256.",
                "1 | 1 | PT-1S | admission.max-wait is -1s; it must be between 0s and 3600s.",
                "1 | 1 | PT1H0.5S | admission.max-wait is 3600.5s; it must be between 0s and 3600s.",
                "1 | 1 | PT87600000H | admission.max-wait is 315360000000s; it must be between 0s and 3600s.",
                "1 | 4 | PT0S | admission.queue is 4 but admission.max-wait is 0s, so nobody would wait; set both or none.",
                "1 | 0 | PT1.5S | admission.max-wait is 1.5s but admission.queue is 0, so nobody could wait; set both or none."
            })
    void refusesTheRestWithASentence(int permits, int queue, Duration maxWait, String sentence) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> new AdmissionSettings(permits, queue, maxWait))
                .withMessage(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }
}
