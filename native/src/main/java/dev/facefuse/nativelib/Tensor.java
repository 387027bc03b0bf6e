package dev.facefuse.nativelib;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A native tensor. Exactly one {@link TensorScope} owns it.
 *
 * <p>Every method throws {@link IllegalStateException} after the owner was closed, and on any thread except the owner's.
 */
@SuppressWarnings("try") // guards and pointer scopes act while they are open
public final class Tensor {

    private final org.bytedeco.pytorch.Tensor handle;
    private final AllocationTracker.Allocation allocation;
    private TensorScope owner;
    private boolean released;

    Tensor(org.bytedeco.pytorch.Tensor handle, AllocationTracker.Allocation allocation, TensorScope owner) {
        this.handle = handle;
        this.allocation = allocation;
        this.owner = owner;
    }

    /** The size of each dimension, outermost first; empty for a scalar. */
    public long[] shape() {
        try (PointerScope pointers = new PointerScope()) {
            return handle().shape();
        }
    }

    public Dtype dtype() {
        return TorchTypes.fromTorch(handle().scalar_type().intern());
    }

    public Device device() {
        try (PointerScope pointers = new PointerScope()) {
            return TorchTypes.fromTorch(handle().device());
        }
    }

    /** The number of elements. */
    public long elements() {
        return handle().numel();
    }

    /** The number of elements times the size of one, also for a view that shares the memory of another tensor. */
    public long bytes() {
        return elements() * dtype().bytes();
    }

    /** Copies to the host as float32, row-major. */
    public float[] toFloats() {
        float[] floats = new float[Math.toIntExact(elements())];
        copyTo(floats);
        return floats;
    }

    /**
     * Copies to the host as float32, row-major.
     *
     * @throws IllegalArgumentException unless {@code dst} has exactly as many elements as this tensor
     */
    public void copyTo(float[] dst) {
        org.bytedeco.pytorch.Tensor source = handle();
        if (dst.length != source.numel()) {
            throw new IllegalArgumentException(
                    "A tensor of " + source.numel() + " elements does not fill an array of " + dst.length);
        }
        if (dst.length == 0) {
            return;
        }
        try (PointerScope pointers = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            org.bytedeco.pytorch.Tensor host =
                    source.to(TorchTypes.toTorch(Device.CPU), ScalarType.Float).contiguous();
            new FloatPointer(host.data_ptr()).get(dst);
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    /** Transfers ownership to another scope of the same thread. */
    public Tensor moveTo(TensorScope target) {
        return target.promote(this);
    }

    /** The type, shape and device. Works for a released tensor and on other threads too, without these details. */
    @Override
    public String toString() {
        if (!owner.isOwnedByCurrentThread()) {
            return "Tensor[of another thread]";
        }
        return released
                ? "Tensor[released]"
                : "Tensor[" + dtype().jsonName() + " " + Arrays.toString(shape()) + " on " + device() + "]";
    }

    /**
     * The native tensor. The caller must not keep it.
     *
     * @throws IllegalStateException if it was released, or belongs to another thread
     */
    org.bytedeco.pytorch.Tensor handle() {
        owner.checkThread();
        if (released) {
            throw new IllegalStateException("This tensor's scope is closed");
        }
        return handle;
    }

    /** The record of this tensor in the memory accounting. The owner releases it. */
    AllocationTracker.Allocation allocation() {
        return allocation;
    }

    TensorScope owner() {
        return owner;
    }

    void setOwner(TensorScope scope) {
        this.owner = scope;
    }

    void release() {
        released = true;
        handle.deallocate();
    }
}
