package dev.facefuse.nativelib;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.attribute_iterator;
import org.bytedeco.pytorch.attribute_list;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The tensors that a TorchScript module holds: parameters, buffers and plain attributes. Constants in its code are not among them. */
@SuppressWarnings("try") // pointer scopes act while they are open
final class ModuleTensors {

    private ModuleTensors() {}

    /** The size of all tensors. Tensors that share their memory count once. */
    static long bytes(JitModule module) {
        Set<Long> addresses = new HashSet<>();
        long[] bytes = new long[1];
        forEach(module, tensor -> {
            if (addresses.add(tensor.data_ptr().address())) {
                bytes[0] += tensor.nbytes();
            }
        });
        return bytes[0];
    }

    /**
     * Moves all tensors to a device and converts the floating-point ones. In contrast to a module's own {@code to}, integers remain
     * integers, and plain attributes move too.
     */
    static void convert(JitModule module, Device device, Dtype dtype) {
        forEach(module, tensor -> {
            ScalarType type = tensor.is_floating_point() ? TorchTypes.toTorch(dtype) : tensor.scalar_type();
            tensor.set_data(tensor.to(TorchTypes.toTorch(device), type));
        });
    }

    /**
     * Makes the tensors that a mapped file contains unchanged use the mapping instead of their own memory.
     *
     * @return the size of these tensors in bytes
     */
    static long useMapping(JitModule module, MappedFile file) {
        MappedTensors stored = MappedTensors.of(file);
        long[] bytes = new long[1];
        forEach(module, tensor -> {
            bytes[0] += stored.replace(tensor) ? tensor.nbytes() : 0;
            file.releasePages();
        });
        return bytes[0];
    }

    private static void forEach(JitModule module, Consumer<Tensor> action) {
        try (PointerScope pointers = new PointerScope()) {
            attribute_list attributes = module.attributes(true);
            attribute_iterator end = attributes.end();
            for (attribute_iterator at = attributes.begin(); at.notEquals(end); at.increment()) {
                try (PointerScope each = new PointerScope()) {
                    IValue value = at.multiply();
                    if (value.isTensor()) {
                        Tensor tensor = value.toTensor();
                        if (tensor.defined()) {
                            action.accept(tensor);
                        }
                    }
                }
            }
        }
    }
}
