package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DtypeTest {

    @Test
    void hasNamesAndSizes() {
        assertThat(Dtype.FLOAT32.jsonName()).isEqualTo("float32");
        assertThat(Dtype.FLOAT32.bytes()).isEqualTo(4);
        assertThat(Dtype.BFLOAT16.jsonName()).isEqualTo("bfloat16");
        assertThat(Dtype.BFLOAT16.bytes()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void parsesItsNames(Dtype dtype) {
        assertThat(Dtype.ofJsonName(dtype.jsonName())).isEqualTo(dtype);
    }

    @ParameterizedTest
    @EnumSource
    void convertsToLibtorchAndBack(Dtype dtype) {
        assertThat(TorchTypes.fromTorch(TorchTypes.toTorch(dtype))).isEqualTo(dtype);
    }

    @Test
    void listsTheNamesInTheErrorMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dtype.ofJsonName("half"))
                .withMessageContaining("'half'")
                .withMessageContaining("float32, float16, bfloat16");
    }
}
