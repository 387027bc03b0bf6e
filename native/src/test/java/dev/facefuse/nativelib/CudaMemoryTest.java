package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a machine with a CUDA device what a card says; on any other that nobody asks for one. */
@Tag("gpu")
class CudaMemoryTest {

    private static final Device CUDA = Device.cuda(0);
    private static final int ELEMENTS = 8 << 20;

    @Test
    void followsATensor() {
        DeviceMemory memory = memory();
        memory.emptyCache(); // a cached block a little larger would be taken whole
        long allocated = memory.allocated();
        memory.resetPeak();
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.to(scope.floats(new float[ELEMENTS], ELEMENTS), CUDA, Dtype.FLOAT16);
            memory.synchronize();
            assertThat(memory.allocated()).isEqualTo(allocated + tensor.bytes());
            assertThat(Ownership.live(CUDA).bytes()).isEqualTo(tensor.bytes());
            assertThat(memory.reserved()).isGreaterThanOrEqualTo(memory.allocated());
        }
        assertThat(memory.allocated()).isEqualTo(allocated);
        assertThat(memory.peak()).isGreaterThanOrEqualTo(allocated + 2L * ELEMENTS);
        assertThat(memory.counters().largestFreeBlock()).isGreaterThanOrEqualTo(2L * ELEMENTS);

        long reserved = memory.reserved();
        memory.emptyCache();
        assertThat(memory.reserved()).isLessThan(reserved);
        memory.resetPeak();
        assertThat(memory.peak()).isEqualTo(memory.allocated());
    }

    @Test
    void hasACardsMemory() {
        DeviceMemory memory = memory();
        assertThat(memory.device()).isEqualTo(CUDA);
        assertThat(memory.total()).isPositive();
        assertThat(memory.free()).isBetween(1L, memory.total());
    }

    @Test
    void countsAnAllocationThatFailed() {
        DeviceMemory memory = memory();
        long failed = memory.counters().outOfMemory();
        try (TensorScope scope = TensorScope.open()) {
            assertThatExceptionOfType(NativeException.class)
                    .isThrownBy(() -> {
                        Tensor tensor = scope.floats(new float[ELEMENTS], ELEMENTS);
                        for (long bytes = 0; bytes <= memory.total(); bytes += 8L * ELEMENTS) {
                            scope.to(tensor, CUDA, Dtype.FLOAT64);
                        }
                    })
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.OUT_OF_MEMORY));
        }
        assertThat(memory.counters().outOfMemory()).isGreaterThan(failed);
        memory.emptyCache();
    }

    @Test
    void knowsThisProcessWhereTheDriverSays() {
        DeviceMemory memory = memory();
        assumeTrue(Nvml.whySilent().isEmpty(), Nvml.whySilent());
        try (TensorScope scope = TensorScope.open()) {
            scope.to(scope.floats(new float[1], 1), CUDA, Dtype.FLOAT32);
            assertThat(memory.processes()).isNotEmpty();
        }
    }

    @Test
    void isRefusedWhereThereIsNone() {
        Device absent = Device.cuda(Libtorch.load().cudaDevices());
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> DeviceMemory.of(absent))
                .withMessageContaining("There is no device " + absent);
    }

    @Test
    void staysUntouchedWithoutADevice() throws IOException, InterruptedException {
        assumeFalse(Libtorch.load().cuda(), "there is a CUDA device");
        assertThat(ForkedJvm.running(Loads.class).withOption("-verbose:class").run())
                .anyMatch(line -> line.contains("org.bytedeco.pytorch.global.torch "))
                .noneMatch(CudaMemoryTest::loadsACudaClass);
    }

    /** Of all classes about CUDA torch's own natives look up one, and do not initialise it. */
    private static boolean loadsACudaClass(String line) {
        return line.contains("org.bytedeco.cuda.")
                || (line.contains("org.bytedeco.pytorch.cuda.") && !line.contains(".DeviceStats "))
                || line.contains("torch_cuda ")
                || line.contains("CudaAllocator ")
                || line.contains("Nvml");
    }

    @Test
    void saysWhyNobodyCanBeAsked() {
        assumeFalse(Libtorch.load().cuda(), "there is a CUDA device");
        assertThat(CudaAllocator.whyShut()).startsWith("libtorch's CUDA allocator cannot be asked: ");
        assertThat(Nvml.whySilent()).startsWith("NVML ");
        assertThat(Nvml.processes(0)).isEmpty();
    }

    /** All that a program without a card does. */
    static final class Loads {

        public static void main(String[] arguments) {
            Libtorch.load(AllocatorSettings.DEFAULT.withMemoryFraction(0.5, 0.8));
            DeviceMemory.of(Device.CPU).free();
        }
    }

    private static DeviceMemory memory() {
        assumeTrue(Libtorch.load().cuda(), "there is no CUDA device");
        return DeviceMemory.of(CUDA);
    }
}
