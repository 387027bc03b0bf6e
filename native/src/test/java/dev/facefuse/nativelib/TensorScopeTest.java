package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class TensorScopeTest {

    private static final float[] SIX = {1, 2, 3, 4, 5, 6};

    @Test
    void copiesValuesInAndOut() {
        try (TensorScope scope = TensorScope.open()) {
            float[] values = SIX.clone();
            Tensor tensor = scope.floats(values, 2, 3);
            values[0] = 99;

            assertThat(tensor.toFloats()).containsExactly(SIX);
            assertThat(tensor.shape()).containsExactly(2, 3);
            assertThat(tensor.dtype()).isEqualTo(Dtype.FLOAT32);
            assertThat(tensor.device()).isEqualTo(Device.CPU);
            assertThat(tensor.elements()).isEqualTo(6);
            assertThat(tensor.bytes()).isEqualTo(24);
            assertThat(tensor).hasToString("Tensor[float32 [2, 3] on cpu]");
        }
    }

    @Property(tries = 50)
    void preservesEveryBit(@ForAll @Size(max = 64) float[] values) {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope.floats(values, values.length).toFloats()).containsExactly(values);
        }
    }

    @Test
    void copiesFromPositionToLimit() {
        FloatBuffer direct = ByteBuffer.allocateDirect(8 * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        direct.put(new float[] {0, 1, 2, 3, 4, 5, 6, 7}).position(2).limit(6);
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope.floats(direct, 2, 2).toFloats()).containsExactly(2, 3, 4, 5);
            assertThat(scope.floats(FloatBuffer.wrap(SIX), 6).toFloats()).containsExactly(SIX);
        }
        assertThat(direct.position()).isEqualTo(2);
    }

    @Test
    void supportsScalarsAndEmptyTensors() {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope.floats(new float[] {7}).toFloats()).containsExactly(7);
            assertThat(scope.floats(new float[] {7}).shape()).isEmpty();
            assertThat(scope.floats(new float[0], 3, 0).toFloats()).isEmpty();
        }
    }

    @Test
    void rejectsAWrongShape() {
        try (TensorScope scope = TensorScope.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scope.floats(SIX, 2, 2))
                    .withMessage("6 values do not fill the shape [2, 2] of 4");
            assertThatIllegalArgumentException().isThrownBy(() -> scope.floats(SIX, -2, -3));
            Tensor tensor = scope.floats(SIX, 6);
            assertThatIllegalArgumentException().isThrownBy(() -> tensor.copyTo(new float[5]));
        }
    }

    @Test
    void convertsAndReadsBackAsFloat32() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor half = scope.to(scope.floats(SIX, 3, 2), Device.CPU, Dtype.FLOAT16);
            assertThat(half.dtype()).isEqualTo(Dtype.FLOAT16);
            assertThat(half.bytes()).isEqualTo(12);
            assertThat(half.toFloats()).containsExactly(SIX);
        }
    }

    @Test
    void closingReleasesAllTensors() {
        Libtorch.load();
        long pointers = Pointer.totalCount();
        TensorScope scope = TensorScope.open();
        Tensor tensor = scope.floats(SIX, 6);
        scope.to(tensor, Device.CPU, Dtype.FLOAT16);
        assertThat(scope.liveTensors()).isEqualTo(2);
        assertThat(Pointer.totalCount()).isEqualTo(pointers + 2);

        scope.close();
        assertThat(scope.liveTensors()).isZero();
        assertThat(Pointer.totalCount()).isEqualTo(pointers);
        assertThatIllegalStateException().isThrownBy(tensor::toFloats).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(tensor::shape);
        assertThatIllegalStateException().isThrownBy(() -> scope.floats(SIX, 6));
        assertThat(tensor).hasToString("Tensor[released]");
        scope.close();
    }

    @Test
    void rejectsATensorOfAClosedScope() {
        TensorScope closed = TensorScope.open();
        Tensor tensor = closed.floats(SIX, 6);
        closed.close();
        try (TensorScope scope = TensorScope.open()) {
            assertThatIllegalStateException().isThrownBy(() -> scope.to(tensor, Device.CPU, Dtype.FLOAT16));
            assertThatIllegalStateException().isThrownBy(() -> scope.promote(tensor));
            assertThat(scope.liveTensors()).isZero();
        }
    }

    @Test
    void promotedTensorsOutliveTheInnerScope() {
        try (TensorScope outer = TensorScope.open()) {
            Tensor kept = outer.floats(SIX, 6);
            Tensor promoted;
            Tensor moved;
            Tensor released;
            try (TensorScope inner = TensorScope.open()) {
                released = inner.floats(SIX, 6);
                promoted = outer.promote(inner.floats(SIX, 6));
                moved = inner.floats(SIX, 6).moveTo(outer);
                assertThat(inner.liveTensors()).isEqualTo(1);
            }
            assertThat(outer.liveTensors()).isEqualTo(3);
            assertThat(kept.toFloats()).isEqualTo(promoted.toFloats()).isEqualTo(moved.toFloats());
            assertThatIllegalStateException().isThrownBy(released::toFloats);
        }
    }

    @Test
    void releasesASingleTensor() {
        try (TensorScope scope = TensorScope.open();
                TensorScope other = TensorScope.open()) {
            Tensor tensor = scope.floats(SIX, 6);
            assertThatIllegalArgumentException().isThrownBy(() -> other.release(tensor));
            scope.release(tensor);
            assertThat(scope.liveTensors()).isZero();
            assertThatIllegalStateException().isThrownBy(tensor::toFloats);
        }
    }

    @Test
    void rejectsOtherThreads() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor tensor = scope.floats(SIX, 6);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() ->
                            CompletableFuture.supplyAsync(tensor::toFloats).join())
                    .withCauseInstanceOf(IllegalStateException.class);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> CompletableFuture.runAsync(scope::close).join())
                    .withCauseInstanceOf(IllegalStateException.class);
            assertThat(tensor.toFloats()).containsExactly(SIX);
        }
    }
}
