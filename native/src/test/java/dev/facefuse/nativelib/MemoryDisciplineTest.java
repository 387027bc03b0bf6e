package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Repeated runs neither leak native memory nor leave objects to the garbage collector. */
class MemoryDisciplineTest {

    private static final int ROUNDS = 4;
    private static final int RUNS_PER_ROUND = 500;
    private static final int SIDE = 32;
    /** Even a leak of one small handle per run is larger. */
    private static final long TOLERANCE_BYTES = 512 << 10;

    @Test
    void runsDoNotLeak() throws IOException {
        float[] rows = new float[64 * 3];
        try (ScriptModel model = ScriptModel.loadResource(getClass(), "affine.pt", Dtype.FLOAT32)) {
            assertNoGrowth(RUNS_PER_ROUND, () -> {
                try (TensorScope scope = TensorScope.open()) {
                    Tensor input = scope.floats(rows, 64, 3);
                    model.run(scope, Map.of("x", input)).get(0).toFloats();
                    assertThat(scope.liveTensors()).isEqualTo(2);
                }
            });
        }
    }

    @Test
    void convolutionsDoNotLeak() throws IOException {
        float[] image = new float[3 * SIDE * SIDE];
        try (ScriptModel model = ScriptModel.loadResource(getClass(), "convolution.pt", Dtype.FLOAT32)) {
            assertNoGrowth(RUNS_PER_ROUND / 10, () -> {
                try (TensorScope scope = TensorScope.open()) {
                    Tensor input = scope.floats(image, 1, 3, SIDE, SIDE);
                    model.run(scope, Map.of("image", input)).get(0).copyTo(image);
                }
            });
        }
    }

    @Test
    void copiesDoNotLeak() throws IOException {
        try (ScriptModel model = ScriptModel.loadResource(getClass(), "convolution.pt", Dtype.FLOAT32)) {
            assertNoGrowth(RUNS_PER_ROUND, () -> {
                try (ScriptModel copy = model.copyTo(Device.CPU, Dtype.BFLOAT16)) {
                    assertThat(copy.weightBytes()).isEqualTo(model.weightBytes() / 2);
                }
            });
        }
    }

    /** Takes the minimum over all rounds: the JVM's own memory grows in some rounds, a leak grows in every round. */
    private static void assertNoGrowth(int runs, Runnable run) {
        repeat(runs, run);
        long pointers = Pointer.totalCount();
        long pointerBytes = Pointer.totalBytes();
        long resident = settledResidentBytes();
        long minGrowth = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            repeat(runs, run);
            assertThat(Pointer.totalCount()).isEqualTo(pointers);
            assertThat(Pointer.totalBytes()).isEqualTo(pointerBytes);
            long now = settledResidentBytes();
            minGrowth = Math.min(minGrowth, now - resident);
            resident = now;
        }
        assertThat(minGrowth).isLessThan(TOLERANCE_BYTES);
        assertThat(LeakTracker.caught()).isZero();
    }

    private static void repeat(int runs, Runnable run) {
        for (int i = 0; i < runs; i++) {
            run.run();
        }
    }

    /** The Java heap is resident from the start (AlwaysPreTouch in pom.xml), so only native and compiler memory can change. */
    private static long settledResidentBytes() {
        ProcessNative.trim();
        return ProcessNative.residentBytes();
    }
}
