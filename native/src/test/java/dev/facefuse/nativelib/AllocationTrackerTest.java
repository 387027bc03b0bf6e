package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.AllocationTracker.Live;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllocationTrackerTest {

    private final Live before = AllocationTracker.live(Device.CPU);

    @Test
    void countsTensorsUntilTheyAreReleased() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(new float[6], 2, 3);
            scope.to(tensor, Device.CPU, Dtype.FLOAT16);
            assertAdded(2, 6 * 4 + 6 * 2, 0, 0);

            scope.release(tensor);
            assertAdded(1, 6 * 2, 0, 0);
        }
        assertAdded(0, 0, 0, 0);
    }

    @Test
    void countsSharedMemoryOnce() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(new float[6], 6);
            scope.to(tensor, Device.CPU, Dtype.FLOAT32);
            assertAdded(2, 6 * 4, 0, 0);

            scope.release(tensor);
            assertAdded(1, 6 * 4, 0, 0);
        }
        assertAdded(0, 0, 0, 0);
    }

    @Test
    void keepsCountingAMovedTensor() {
        try (TensorScope outer = TensorScope.open()) {
            try (TensorScope inner = TensorScope.open()) {
                inner.floats(new float[1], 1);
                inner.floats(new float[6], 6).moveTo(outer);
            }
            assertAdded(1, 6 * 4, 0, 0);
        }
        assertAdded(0, 0, 0, 0);
    }

    @Test
    void countsModelsAndTheirOutputs() throws IOException {
        try (ScriptModel model = ScriptModel.loadResource(getClass(), "affine.pt", Dtype.FLOAT32);
                ScriptModel copy = model.copyTo(Device.CPU, Dtype.FLOAT64)) {
            assertAdded(0, 0, 2, model.weightBytes() + copy.weightBytes());
            try (TensorScope scope = TensorScope.open()) {
                model.run(scope, Map.of("x", scope.floats(new float[3], 1, 3)));
                assertAdded(2, 3 * 4 + 2 * 4, 2, model.weightBytes() * 3);
            }
        }
        assertAdded(0, 0, 0, 0);
    }

    @Test
    void countsCorrectlyAcrossThreads() {
        CompletableFuture<?>[] threads = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(AllocationTrackerTest::openAndClose))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(threads).join();
        assertAdded(0, 0, 0, 0);
    }

    @Test
    void isZeroForAnUnusedDevice() {
        assertThat(AllocationTracker.live(Device.cuda(127)).bytes()).isZero();
    }

    private static void openAndClose() {
        for (int i = 0; i < 200; i++) {
            try (TensorScope scope = TensorScope.open()) {
                scope.to(scope.floats(new float[4], 4), Device.CPU, Dtype.FLOAT32);
            }
        }
    }

    private void assertAdded(long tensors, long tensorBytes, long models, long modelBytes) {
        assertThat(AllocationTracker.live(Device.CPU))
                .isEqualTo(new Live(
                        before.tensors() + tensors,
                        before.tensorBytes() + tensorBytes,
                        before.models() + models,
                        before.modelBytes() + modelBytes));
    }
}
