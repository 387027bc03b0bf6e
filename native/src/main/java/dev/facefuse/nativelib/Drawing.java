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
 * Numbers that a TorchScript file does not hold, and the parameters made from them: each is what the file has for it, a factor,
 * times a piece of the numbers.
 *
 * @param shape of the numbers
 * @param numbers fills a buffer of as many floats, row-major
 * @param uses the parameters
 */
@SuppressWarnings({"ArrayRecordComponent", "try"}) // Handed on, never compared; pointer scopes work by being open.
public record Drawing(long[] shape, Consumer<FloatBuffer> numbers, List<Use> uses) {
    /** That a parameter takes the numbers whole. */
    public static final int WHOLE = -1;

    /** How a parameter lies in memory. */
    public enum Layout {
        /** Row by row. */
        CONTIGUOUS,
        /** As channels-last convolutions want their weight. */
        CHANNELS_LAST,
        /** A weight [out, in, height, width] that, transposed to [in, out, …], channels-last transposed convolutions want like that. */
        TRANSPOSED_CHANNELS_LAST;

        private Tensor of(Tensor value) {
            return switch (this) {
                case CONTIGUOUS -> value.contiguous();
                case CHANNELS_LAST -> value.contiguous(MemoryFormat.ChannelsLast);
                case TRANSPOSED_CHANNELS_LAST ->
                    value.transpose(0, 1).contiguous(MemoryFormat.ChannelsLast).transpose(0, 1);
            };
        }
    }

    /**
     * A parameter that is made from a range of one axis of the numbers.
     *
     * @param parameter its path in the module: {@code level.conv.weight}
     * @param axis of the numbers, or {@link #WHOLE}
     * @param start of the range
     * @param length of the range
     * @param layout of the parameter
     */
    public record Use(String parameter, int axis, long start, long length, Layout layout) {
        private void apply(Tensor drawn, Tensor parameter, Dtype dtype) {
            try (PointerScope pointers = new PointerScope()) {
                Tensor piece = axis == WHOLE ? drawn : drawn.narrow(axis, start, length);
                if (!Arrays.equals(parameter.shape(), piece.shape())) {
                    throw new IllegalArgumentException(
                            "The parameter " + this.parameter + " has the shape " + Arrays.toString(parameter.shape())
                                    + " and is to be made from " + Arrays.toString(piece.shape()));
                }
                parameter.set_data(layout.of(parameter.mul(piece).to(TorchTypes.toTorch(dtype))));
            }
        }
    }

    /**
     * Gives a module the parameters that drawings make, as {@code dtype}. Takes one drawing's numbers and a parameter in float32
     * beside what stays.
     *
     * @throws IllegalArgumentException if a parameter does not exist or has another shape than its piece
     */
    static void apply(List<Drawing> drawings, JitModule module, Dtype dtype) {
        try (PointerScope pointers = new PointerScope()) {
            Map<String, Tensor> parameters = parametersOf(module);
            for (Drawing drawing : drawings) {
                drawing.apply(parameters, dtype);
            }
        }
    }

    private void apply(Map<String, Tensor> parameters, Dtype dtype) {
        try (PointerScope pointers = new PointerScope()) {
            Tensor drawn = torch.empty(shape);
            numbers.accept(
                    new FloatPointer(drawn.data_ptr()).capacity(drawn.numel()).asBuffer());
            for (Use use : uses) {
                Tensor parameter = parameters.get(use.parameter());
                if (parameter == null) {
                    throw new IllegalArgumentException("There is no parameter " + use.parameter());
                }
                use.apply(drawn, parameter, dtype);
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
