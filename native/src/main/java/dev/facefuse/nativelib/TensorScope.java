package dev.facefuse.nativelib;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.global.torch;

/**
 * Owns native tensors and releases all of them when it is closed. There is no other way to hold a native tensor.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *     Tensor image = scope.floats(pixels, 1, 3, 256, 256);
 *     List<Tensor> outputs = model.run(scope, Map.of("image", image));
 *     return outputs.get(0).toFloats();
 * }
 * }</pre>
 *
 * <p>Only the thread that opened a scope may use it. Scopes can be nested: each owns its own tensors, and
 * {@link #promote} transfers a tensor that must outlive its scope to an outer one.
 */
@SuppressWarnings("try") // guards and pointer scopes act while they are open
public final class TensorScope implements AutoCloseable {

    private final Thread thread = Thread.currentThread();
    private final Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AllocationTracker.Allocations allocations = new AllocationTracker.Allocations();
    private final LeakTracker.Registration registration = LeakTracker.track(this, allocations);
    private boolean closed;

    private TensorScope() {}

    /** Opens a scope for the calling thread. Loads libtorch first if necessary. */
    public static TensorScope open() {
        Libtorch.load();
        return new TensorScope();
    }

    /**
     * Creates a float32 tensor on the host with a copy of these values, row-major.
     *
     * @throws IllegalArgumentException unless the shape has exactly as many elements as there are values
     */
    public Tensor floats(float[] values, long... shape) {
        checkElements(values.length, shape);
        return create(shape, data -> data.put(values));
    }

    /**
     * Creates a float32 tensor on the host with a copy of the values between the buffer's position and limit, row-major. The
     * buffer's position does not change.
     *
     * @throws IllegalArgumentException unless the shape has exactly as many elements as remain in the buffer
     */
    public Tensor floats(FloatBuffer values, long... shape) {
        checkElements(values.remaining(), shape);
        return create(shape, data -> data.asBuffer().put(values.duplicate()));
    }

    /**
     * Creates a tensor in this scope with the same values on a device and of a type. If neither changes, both tensors share the
     * memory.
     */
    public Tensor to(Tensor tensor, Device device, Dtype dtype) {
        checkOpen();
        Libtorch.require(device);
        try (PointerScope pointers = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            return adopt(tensor.handle().to(TorchTypes.toTorch(device), TorchTypes.toTorch(dtype)), pointers);
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    /** Transfers a tensor from the scope that owns it to this one, and returns it. */
    public Tensor promote(Tensor tensor) {
        checkOpen();
        tensor.handle();
        tensor.owner().remove(tensor);
        tensor.setOwner(this);
        add(tensor);
        return tensor;
    }

    /** Releases one tensor of this scope before the others, to lower the memory peak. */
    public void release(Tensor tensor) {
        checkOpen();
        if (!tensors.contains(tensor)) {
            throw new IllegalArgumentException("This tensor belongs to another scope or is released: " + tensor);
        }
        remove(tensor);
        tensor.allocation().release();
        tensor.release();
    }

    /** The number of tensors that this scope owns now. */
    public int liveTensors() {
        return tensors.size();
    }

    /** Releases every tensor of this scope. Closing again does nothing. */
    @Override
    public void close() {
        checkThread();
        closed = true;
        registration.close();
        tensors.forEach(Tensor::release);
        tensors.clear();
    }

    /** Adds a native tensor to this scope and detaches it from the pointer scope in which it was created. */
    Tensor adopt(org.bytedeco.pytorch.Tensor handle, PointerScope createdIn) {
        Tensor tensor = new Tensor(handle, AllocationTracker.addTensor(handle), this);
        handle.retainReference();
        createdIn.detach(handle);
        add(tensor);
        return tensor;
    }

    private void add(Tensor tensor) {
        tensors.add(tensor);
        allocations.add(tensor.allocation());
    }

    private void remove(Tensor tensor) {
        tensors.remove(tensor);
        allocations.remove(tensor.allocation());
    }

    void checkOpen() {
        checkThread();
        if (closed) {
            throw new IllegalStateException("This tensor scope is closed");
        }
    }

    boolean isOwnedByCurrentThread() {
        return Thread.currentThread() == thread;
    }

    void checkThread() {
        if (!isOwnedByCurrentThread()) {
            throw new IllegalStateException("This tensor scope belongs to the thread " + thread.getName());
        }
    }

    private interface Filler {
        void fill(FloatPointer data);
    }

    private Tensor create(long[] shape, Filler filler) {
        checkOpen();
        try (PointerScope pointers = new PointerScope()) {
            org.bytedeco.pytorch.Tensor handle = torch.empty(shape);
            if (handle.numel() > 0) {
                filler.fill(new FloatPointer(handle.data_ptr()).capacity(handle.numel()));
            }
            return adopt(handle, pointers);
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    private static void checkElements(int values, long[] shape) {
        long elements = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("A negative size in the shape " + Arrays.toString(shape));
            }
            elements = Math.multiplyExact(elements, size);
        }
        if (elements != values) {
            throw new IllegalArgumentException(
                    values + " values do not fill the shape " + Arrays.toString(shape) + " of " + elements);
        }
    }
}
