package dev.facefuse.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.network.Precision.Dtypes;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PrecisionTest {
    private static final Device GPU = Device.cuda(0);

    @Test
    void autoChoosesAFastDtype() {
        assertThat(Precision.AUTO.on(GPU, true)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.FLOAT16));
        assertThat(Precision.AUTO.on(Device.CPU, true)).isEqualTo(Dtypes.all(Dtype.BFLOAT16));
        assertThat(Precision.AUTO.on(Device.CPU, false)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
    }

    @Test
    void usesTheRequestedDtype() {
        assertThat(Precision.parse("float32").on(GPU, true)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
        assertThat(Precision.parse("float32").on(Device.CPU, true)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
        assertThat(Precision.parse("bfloat16").on(GPU, false)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.BFLOAT16));
        assertThat(Precision.parse("float16").on(GPU, false)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.FLOAT16));
    }

    @Test
    void rejectsUnsupportedDtypes() {
        assertRejected(
                () -> Precision.BFLOAT16.on(Device.CPU, false), "bfloat16", "AVX512-BF16", "use auto or float32");
        assertRejected(() -> Precision.FLOAT16.on(Device.CPU, true), "float16", "CUDA device");
        assertRejected(() -> Precision.parse("int8"), "int8", "auto, float32, bfloat16, float16");
    }

    private static void assertRejected(ThrowingCallable call, String... texts) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(e).hasMessageContainingAll(texts);
        });
    }
}
