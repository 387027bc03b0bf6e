package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LibtorchTest {

    @Test
    void loadsOnce() {
        LibtorchInfo first = Libtorch.load();
        assertThat(IntStream.range(0, 4).parallel().mapToObj(i -> Libtorch.load()))
                .allSatisfy(info -> assertThat(info).isSameAs(first));
    }

    @Test
    void reportsItsProperties() {
        LibtorchInfo info = Libtorch.load();
        assertThat(info.version()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(info.cpuCapability()).isNotBlank();
        assertThat(info.interOpThreads()).isEqualTo(1);
        assertThat(info.cuda()).isEqualTo(info.cudaDevices() > 0);
    }

    @Test
    void usesAllAvailableProcessorsByDefault() {
        String configured = System.getenv("OMP_NUM_THREADS");
        int expected = configured == null ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(configured);
        assertThat(Libtorch.load().intraOpThreads()).isEqualTo(expected);
        assertThat(ProcessNative.getEnvironment("OMP_NUM_THREADS")).isEqualTo(Integer.toString(expected));
    }

    @Test
    void threadsWaitPassivelyByDefault() {
        Libtorch.load();
        String configured = System.getenv("OMP_WAIT_POLICY");
        assertThat(ProcessNative.getEnvironment("OMP_WAIT_POLICY"))
                .isEqualTo(configured == null ? "passive" : configured);
    }

    @Test
    void openBlasUsesOneThreadByDefault() {
        Libtorch.load();
        String configured = System.getenv("OPENBLAS_NUM_THREADS");
        assertThat(ProcessNative.getEnvironment("OPENBLAS_NUM_THREADS"))
                .isEqualTo(configured == null ? "1" : configured);
    }

    @Test
    void rejectsAMissingDevice() {
        Device missing = Device.cuda(Libtorch.load().cudaDevices());
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(new float[1], 1);
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> scope.to(tensor, missing, Dtype.FLOAT32))
                    .withMessageContaining("There is no device " + missing);
        }
    }
}
