package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LibtorchTest {

    @Test
    void loadsOnceWhoeverAsks() {
        LibtorchInfo first = Libtorch.load();
        assertThat(IntStream.range(0, 4).parallel().mapToObj(i -> Libtorch.load()))
                .allSatisfy(info -> assertThat(info).isSameAs(first));
    }

    @Test
    void saysWhatItFound() {
        LibtorchInfo info = Libtorch.load();
        assertThat(info.version()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(info.cpuCapability()).isNotBlank();
        assertThat(info.interOpThreads()).isEqualTo(1);
        assertThat(info.cuda()).isEqualTo(info.cudaDevices() > 0);
    }

    @Test
    void usesTheProcessorsTheJvmMayUseUnlessTold() {
        String told = System.getenv("OMP_NUM_THREADS");
        int expected = told == null ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(told);
        assertThat(Libtorch.load().intraOpThreads()).isEqualTo(expected);
        assertThat(ProcessNative.getEnvironment("OMP_NUM_THREADS")).isEqualTo(Integer.toString(expected));
    }

    @Test
    void itsThreadsDoNotSpinUnlessTold() {
        Libtorch.load();
        String told = System.getenv("OMP_WAIT_POLICY");
        assertThat(ProcessNative.getEnvironment("OMP_WAIT_POLICY")).isEqualTo(told == null ? "passive" : told);
    }

    @Test
    void leavesThreadsToOneLibraryUnlessTold() {
        Libtorch.load();
        String told = System.getenv("OPENBLAS_NUM_THREADS");
        assertThat(ProcessNative.getEnvironment("OPENBLAS_NUM_THREADS")).isEqualTo(told == null ? "1" : told);
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        Device absent = Device.cuda(Libtorch.load().cudaDevices());
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(new float[1], 1);
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> scope.to(tensor, absent, Dtype.FLOAT32))
                    .withMessageContaining("There is no device " + absent);
        }
    }
}
