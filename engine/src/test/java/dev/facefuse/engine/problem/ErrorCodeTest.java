package dev.facefuse.engine.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the public contract. Exit codes: 2 usage, 3 picture or face, 4 busy or memory, 5 pack, 6 storage, 7 native libraries. */
class ErrorCodeTest {
    @Test
    void hasTheCodesOfTheContract() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code))
                .containsExactlyInAnyOrder(
                        "bad-request",
                        "no-face",
                        "face-index",
                        "bad-picture",
                        "picture-too-large",
                        "unsupported-format",
                        "busy",
                        "out-of-memory",
                        "pack-invalid",
                        "storage-not-found",
                        "storage-denied",
                        "timeout",
                        "libraries-unavailable");
    }

    @ParameterizedTest
    @EnumSource
    void hasAnHttpStatusAndAnExitCode(ErrorCode code) {
        assertThat(code.httpStatus()).isBetween(400, 599);
        assertThat(code.exitCode()).isBetween(2, 7);
    }

    @Test
    void messageIsNeverNull() {
        assertThat(new FuseException(ErrorCode.BUSY, null).getMessage()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, a second.",
        "0, 1, a second.",
        "1000, 1, a second.",
        "1001, 2, 2 seconds.",
        "59001, 60, 60 seconds."
    })
    void busyHasARetryTime(long waitMillis, long seconds, String text) {
        FuseException busy = FuseException.busy("It is full", Duration.ofMillis(waitMillis));
        assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
        assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(busy).hasMessage("It is full; try again in " + text);
        assertThat(new FuseException(ErrorCode.BUSY, "It is full.").retryAfter())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(new FuseException(ErrorCode.NO_FACE, "None.").retryAfter()).isNull();
    }
}
