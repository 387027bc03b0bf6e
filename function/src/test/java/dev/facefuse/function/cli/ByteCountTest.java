package dev.facefuse.function.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "12345, 12345", "700MB, 700000000", "700 mb, 700000000", "700MiB, 734003200", "1gb, 1000000000"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteCount.parse("--memory-limit", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "much", "-1", "1.5GB", "700M", "999999999999GB"})
    void refusesAnythingElse(String text) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> ByteCount.parse("--memory-limit", text))
                .withMessageStartingWith("--memory-limit is '")
                .withMessageEndingWith(".");
    }
}
