package dev.facefuse.engine.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteFormatTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0 MB",
        "400000, 0.4 MB",
        "62000000, 62 MB",
        "99999999, 100 MB",
        "100000000, 0.10 GB",
        "860000000, 0.86 GB",
        "-860000000, -0.86 GB"
    })
    void writesDecimalUnits(long bytes, String text) {
        assertThat(ByteFormat.decimal(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 MB", "1, 1 MB", "410000000, 410 MB", "410000001, 411 MB"})
    void roundsMegabytesUp(long bytes, String text) {
        assertThat(ByteFormat.megabytesRoundedUp(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 MiB", "3565158, 3.4 MiB", "33554432, 32.0 MiB"})
    void writesMebibytes(long bytes, String text) {
        assertThat(ByteFormat.mebibytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"33554432, 32 MiB", "1049600, 1025 KiB", "1025, 1025 bytes", "7, 7 bytes"})
    void writesExactNumbersInTheLargestUnit(long bytes, String text) {
        assertThat(ByteFormat.exact(bytes)).isEqualTo(text);
    }
}
