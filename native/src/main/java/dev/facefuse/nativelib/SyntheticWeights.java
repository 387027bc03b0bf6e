package dev.facefuse.nativelib;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.named_parameter_iterator;
import org.bytedeco.pytorch.named_parameter_list;

/**
 * A tensor of generated numbers, and the parameters of a module that are computed from it. The TorchScript file stores only a factor
 * for each of these parameters. The parameter's value is this factor times the numbers, or times a range of them.
 *
 * @param shape the shape of the tensor of numbers
 * @param numbers fills a buffer with the numbers, row-major
 * @param parameters the parameters that are computed from the numbers
 */
@SuppressWarnings({"ArrayRecordComponent", "try"}) // Never compared; pointer scopes act while they are open.
public record SyntheticWeights(long[] shape, Consumer<FloatBuffer> numbers, List<Parameter> parameters) {
    /** The {@link Parameter#axis} of a parameter that uses all numbers. */
    public static final int ALL_NUMBERS = -1;

    /** The memory layout of a parameter. */
    public enum Layout {
        /** Row-major. */
        CONTIGUOUS,
        /** The layout of the weight of a channels-last convolution. */
        CHANNELS_LAST,
        /** For a weight [out, in, height, width] whose transpose [in, out, …] must be channels-last for a transposed convolution. */
        TRANSPOSED_CHANNELS_LAST;

        private Tensor apply(Tensor value) {
            return switch (this) {
                case CONTIGUOUS -> value.contiguous();
                case CHANNELS_LAST -> value.contiguous(MemoryFormat.ChannelsLast);
                case TRANSPOSED_CHANNELS_LAST ->
                    value.transpose(0, 1).contiguous(MemoryFormat.ChannelsLast).transpose(0, 1);
            };
        }
    }

    /**
     * A parameter that is computed from all numbers, or from a range along one axis.
     *
     * @param path the path of the parameter in the module, such as {@code level.conv.weight}
     * @param axis an axis of the numbers, or {@link #ALL_NUMBERS}
     * @param start the start of the range along the axis
     * @param length the length of the range along the axis
     * @param layout the memory layout of the parameter
     */
    public record Parameter(String path, int axis, long start, long length, Layout layout) {
        private void compute(Tensor numbers, Tensor factor, Dtype dtype) {
            try (PointerScope pointers = new PointerScope()) {
                Tensor range = axis == ALL_NUMBERS ? numbers : numbers.narrow(axis, start, length);
                if (!Arrays.equals(factor.shape(), range.shape())) {
                    throw new IllegalArgumentException(
                            "The parameter " + path + " has the shape " + Arrays.toString(factor.shape())
                                    + ", but its generated numbers have the shape " + Arrays.toString(range.shape()));
                }
                factor.set_data(layout.apply(factor.mul(range).to(TorchTypes.toTorch(dtype))));
            }
        }
    }

    /**
     * Computes the parameters of a module and stores them as {@code dtype}. In addition to the result this needs memory for the numbers
     * of one element of the list and for one parameter in float32.
     *
     * @throws IllegalArgumentException if a parameter does not exist, or has another shape than its numbers
     */
    static void apply(List<SyntheticWeights> all, JitModule module, Dtype dtype) {
        try (PointerScope pointers = new PointerScope()) {
            Map<String, Tensor> factors = parametersOf(module);
            for (SyntheticWeights each : all) {
                each.apply(factors, dtype);
            }
        }
    }

    private void apply(Map<String, Tensor> factors, Dtype dtype) {
        try (PointerScope pointers = new PointerScope()) {
            Tensor generated = torch.empty(shape);
            numbers.accept(new FloatPointer(generated.data_ptr())
                    .capacity(generated.numel())
                    .asBuffer());
            for (Parameter parameter : parameters) {
                Tensor factor = factors.get(parameter.path());
                if (factor == null) {
                    throw new IllegalArgumentException("There is no parameter " + parameter.path());
                }
                parameter.compute(generated, factor, dtype);
            }
        }
    }

    private static Map<String, Tensor> parametersOf(JitModule module) {
        Map<String, Tensor> parameters = new HashMap<>();
        named_parameter_list list = module.named_parameters(true);
        named_parameter_iterator end = list.end();
        for (named_parameter_iterator at = list.begin(); at.notEquals(end); at.increment()) {
            NamedTensor named = at.multiply();
            parameters.put(named.name().getString(), named.value());
        }
        return parameters;
    }
}
