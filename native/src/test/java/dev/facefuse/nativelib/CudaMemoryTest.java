package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the memory figures on a machine with a CUDA device; on any other machine, that the CUDA classes are not loaded. */
@Tag("gpu")
class CudaMemoryTest {

    private static final Device CUDA = Device.cuda(0);
    private static final int ELEMENTS = 8 << 20;

    @Test
    void followsATensorsMemory() {
        DeviceMemory memory = memory();
        memory.emptyCache(); // the allocator would use a slightly larger cached block without splitting it
        long allocated = memory.allocated();
        memory.resetPeak();
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.to(scope.floats(new float[ELEMENTS], ELEMENTS), CUDA, Dtype.FLOAT16);
            memory.synchronize();
            assertThat(memory.allocated()).isEqualTo(allocated + tensor.bytes());
            assertThat(AllocationTracker.live(CUDA).bytes()).isEqualTo(tensor.bytes());
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
    void reportsTheDevicesMemory() {
        DeviceMemory memory = memory();
        assertThat(memory.device()).isEqualTo(CUDA);
        assertThat(memory.total()).isPositive();
        assertThat(memory.free()).isBetween(1L, memory.total());
    }

    @Test
    void countsFailedAllocations() {
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
    void listsProcessesIfTheDriverDoes() {
        DeviceMemory memory = memory();
        assumeTrue(Nvml.whySilent().isEmpty(), Nvml.whySilent());
        try (TensorScope scope = TensorScope.open()) {
            scope.to(scope.floats(new float[1], 1), CUDA, Dtype.FLOAT32);
            assertThat(memory.processes()).isNotEmpty();
        }
    }

    @Test
    void rejectsAMissingDevice() {
        Device missing = Device.cuda(Libtorch.load().cudaDevices());
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> DeviceMemory.of(missing))
                .withMessageContaining("There is no device " + missing);
    }

    @Test
    void loadsNoCudaClassWithoutADevice() throws IOException, InterruptedException {
        assumeFalse(Libtorch.load().cuda(), "there is a CUDA device");
        assertThat(ForkedJvm.running(UsesHostMemory.class)
                        .withOption("-verbose:class")
                        .run())
                .anyMatch(line -> line.contains("org.bytedeco.pytorch.global.torch "))
                .noneMatch(CudaMemoryTest::isCudaClass);
    }

    /** DeviceStats does not count: the natives of torch look it up without initialising it. */
    private static boolean isCudaClass(String line) {
        return line.contains("org.bytedeco.cuda.")
                || (line.contains("org.bytedeco.pytorch.cuda.") && !line.contains(".DeviceStats "))
                || line.contains("torch_cuda ")
                || line.contains("CudaAllocator ")
                || line.contains("Nvml");
    }

    @Test
    void reportsWhyItIsUnavailable() {
        assumeFalse(Libtorch.load().cuda(), "there is a CUDA device");
        assertThat(CudaAllocator.unavailableReason()).startsWith("libtorch's CUDA allocator is unavailable: ");
        assertThat(Nvml.whySilent()).startsWith("NVML ");
        assertThat(Nvml.processes(0)).isEmpty();
    }

    /** Does what the program does on a machine without a CUDA device. */
    static final class UsesHostMemory {

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
