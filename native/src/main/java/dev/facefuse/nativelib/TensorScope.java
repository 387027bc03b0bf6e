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
 * The only way to hold native tensors: an arena that releases them all, at once and immediately, when it closes.
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *     Tensor image = scope.floats(pixels, 1, 3, 256, 256);
 *     List<Tensor> outputs = model.run(scope, Map.of("image", image));
 *     return outputs.get(0).toFloats();
 * }
 * }</pre>
 *
 * <p>Belongs to the thread that opened it. Scopes nest freely: each owns its own tensors, and a tensor that must outlive its
 * scope is {@linkplain #promote handed} to an outer one.
 */
@SuppressWarnings("try") // guards and pointer scopes work by being open
public final class TensorScope implements AutoCloseable {

    private final Thread thread = Thread.currentThread();
    private final Set<Tensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Ownership.Entries entries = new Ownership.Entries();
    private final SafetyNet.Watch watch = SafetyNet.watch(this, entries);
    private boolean closed;

    private TensorScope() {}

    /** Opens a scope for the calling thread; loads libtorch if nobody has. */
    public static TensorScope open() {
        Libtorch.load();
        return new TensorScope();
    }

    /**
     * A float32 tensor on the host with a copy of these values, row-major.
     *
     * @throws IllegalArgumentException unless the shape has exactly as many elements as there are values
     */
    public Tensor floats(float[] values, long... shape) {
        checkElements(values.length, shape);
        return create(shape, data -> data.put(values));
    }

    /**
     * A float32 tensor on the host with a copy of a buffer's values from its position to its limit, row-major. The buffer's
     * position stays where it is.
     *
     * @throws IllegalArgumentException unless the shape has exactly as many elements as remain in the buffer
     */
    public Tensor floats(FloatBuffer values, long... shape) {
        checkElements(values.remaining(), shape);
        return create(shape, data -> data.asBuffer().put(values.duplicate()));
    }

    /** The same values elsewhere or as another type, in this scope; shares the memory where neither changes. */
    public Tensor to(Tensor tensor, Device device, Dtype dtype) {
        checkOpen();
        Libtorch.require(device);
        try (PointerScope pointers = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            return keep(tensor.handle().to(TorchTypes.toTorch(device), TorchTypes.toTorch(dtype)), pointers);
        } catch (IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    /** Takes a tensor from the scope that owns it into this one; returns the tensor. */
    public Tensor promote(Tensor tensor) {
        checkOpen();
        tensor.handle();
        tensor.owner().forget(tensor);
        tensor.belongTo(this);
        add(tensor);
        return tensor;
    }

    /** Releases one tensor of this scope before the others, to keep a peak low. */
    public void release(Tensor tensor) {
        checkOpen();
        if (!tensors.contains(tensor)) {
            throw new IllegalArgumentException("This tensor belongs to another scope or is released: " + tensor);
        }
        forget(tensor);
        tensor.entry().strike();
        tensor.release();
    }

    /** Tensors this scope owns now. */
    public int liveTensors() {
        return tensors.size();
    }

    /** Releases every tensor of this scope. Closing again does nothing. */
    @Override
    public void close() {
        checkThread();
        closed = true;
        watch.close();
        tensors.forEach(Tensor::release);
        tensors.clear();
    }

    /** Makes a native tensor this scope's: it leaves the pointer scope it was born in. */
    Tensor keep(org.bytedeco.pytorch.Tensor handle, PointerScope bornIn) {
        Tensor tensor = new Tensor(handle, Ownership.enter(handle), this);
        handle.retainReference();
        bornIn.detach(handle);
        add(tensor);
        return tensor;
    }

    private void add(Tensor tensor) {
        tensors.add(tensor);
        entries.add(tensor.entry());
    }

    private void forget(Tensor tensor) {
        tensors.remove(tensor);
        entries.remove(tensor.entry());
    }

    void checkOpen() {
        checkThread();
        if (closed) {
            throw new IllegalStateException("This tensor scope is closed");
        }
    }

    boolean isOfThisThread() {
        return Thread.currentThread() == thread;
    }

    void checkThread() {
        if (!isOfThisThread()) {
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
            return keep(handle, pointers);
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
