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
    private static final Device CARD = Device.cuda(0);

    @Test
    void takesWhatTheDeviceComputesFast() {
        assertThat(Precision.AUTO.on(CARD, true)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.FLOAT16));
        assertThat(Precision.AUTO.on(Device.CPU, true)).isEqualTo(Dtypes.all(Dtype.BFLOAT16));
        assertThat(Precision.AUTO.on(Device.CPU, false)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
    }

    @Test
    void takesWhatIsAskedFor() {
        assertThat(Precision.parse("float32").on(CARD, true)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
        assertThat(Precision.parse("float32").on(Device.CPU, true)).isEqualTo(Dtypes.all(Dtype.FLOAT32));
        assertThat(Precision.parse("bfloat16").on(CARD, false)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.BFLOAT16));
        assertThat(Precision.parse("float16").on(CARD, false)).isEqualTo(new Dtypes(Dtype.FLOAT32, Dtype.FLOAT16));
    }

    @Test
    void refusesWhatTheDeviceLacks() {
        assertRefused(() -> Precision.BFLOAT16.on(Device.CPU, false), "bfloat16", "AVX512-BF16", "use auto or float32");
        assertRefused(() -> Precision.FLOAT16.on(Device.CPU, true), "float16", "CUDA device");
        assertRefused(() -> Precision.parse("int8"), "int8", "auto, float32, bfloat16, float16");
    }

    private static void assertRefused(ThrowingCallable call, String... says) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(e).hasMessageContainingAll(says);
        });
    }
}
