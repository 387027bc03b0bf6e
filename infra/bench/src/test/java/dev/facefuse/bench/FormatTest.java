package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
    @ParameterizedTest
    @CsvSource({"1234.5, 1235", "123.4, 123", "12.34, 12.3", "1.234, 1.23", "0.1234, 0.12", "-12.34, -12.3", "NaN, –"})
    void numbersHaveThreeDigitsThatMatter(double value, String expected) {
        assertThat(Format.number(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, –", "1048576, 1", "1572864, 2"})
    void bytesAreMebibytes(long bytes, String expected) {
        assertThat(Format.mebibytes(bytes)).isEqualTo(expected);
    }
}
