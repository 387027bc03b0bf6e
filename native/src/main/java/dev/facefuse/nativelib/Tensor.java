package dev.facefuse.nativelib;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A handle on a native tensor that belongs to exactly one {@link TensorScope}.
 *
 * <p>Every method is an {@link IllegalStateException} after the owner closed, or from a thread that is not the owner's.
 */
@SuppressWarnings("try") // guards and pointer scopes work by being open
public final class Tensor {

    private final org.bytedeco.pytorch.Tensor handle;
    private final Ownership.Entry entry;
    private TensorScope owner;
    private boolean released;

    Tensor(org.bytedeco.pytorch.Tensor handle, Ownership.Entry entry, TensorScope owner) {
        this.handle = handle;
        this.entry = entry;
        this.owner = owner;
    }

    /** Sizes, outermost first; empty for a scalar. */
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

    /** How many elements. */
    public long elements() {
        return handle().numel();
    }

    /** Elements times their size. A view shares its memory with what it is a view of. */
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

    /** Hands this tensor to another scope of the same thread, on purpose; its old scope forgets it. */
    public Tensor moveTo(TensorScope target) {
        return target.promote(this);
    }

    /** Its type, shape and place; or that it is released or another thread's. */
    @Override
    public String toString() {
        if (!owner.isOfThisThread()) {
            return "Tensor[of another thread]";
        }
        return released
                ? "Tensor[released]"
                : "Tensor[" + dtype().jsonName() + " " + Arrays.toString(shape()) + " on " + device() + "]";
    }

    /** The native tensor, checked; the caller does not keep it. */
    org.bytedeco.pytorch.Tensor handle() {
        owner.checkThread();
        if (released) {
            throw new IllegalStateException("This tensor's scope is closed");
        }
        return handle;
    }

    /** Its line in the ledger, which its owner strikes off. */
    Ownership.Entry entry() {
        return entry;
    }

    TensorScope owner() {
        return owner;
    }

    void belongTo(TensorScope scope) {
        this.owner = scope;
    }

    void release() {
        released = true;
        handle.deallocate();
    }
}
