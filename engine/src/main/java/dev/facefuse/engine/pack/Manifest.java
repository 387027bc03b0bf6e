package dev.facefuse.engine.pack;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facefuse.nativelib.SyntheticWeights;
import dev.facefuse.nativelib.SyntheticWeights.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code pack.json}, as the exporter writes it.
 *
 * @param format the version of the manifest's format; must be {@link #FORMAT}
 * @param name the name of the pack, such as {@code mesh}
 * @param version the version of the pack
 * @param roles the networks by role
 * @param assets the files that are not networks, by name
 */
public record Manifest(
        int format,
        String name,
        String version,
        String description,
        Map<String, Role> roles,
        Map<String, Asset> assets) {
    /** The manifest format that this program reads. */
    public static final int FORMAT = 3;

    /**
     * A network. Its parts run one after the other, and tensors are passed between them by name.
     *
     * @param dtype the type of the stored weights, {@code float32} or {@code float16}
     * @param inputs the tensors that the caller passes
     * @param outputs the tensors that the caller receives; each is an output of a part
     * @param parts at least one part, in the order in which they run
     */
    public record Role(
            String dtype, List<Port> inputs, List<Port> outputs, List<Part> parts, String licence, String origin) {}

    /**
     * One TorchScript file: the smallest piece of a network that can be on a device by itself.
     *
     * @param name the name within the role
     * @param file the file name in the pack's directory
     * @param sha256 the checksum of the file, 64 hexadecimal digits
     * @param bytes the length of the file
     * @param inputs the arguments of the file's {@code forward}, by name: inputs of the role or outputs of earlier parts
     * @param outputs the names of the tensors that {@code forward} returns, in order; unique within the role
     * @param memory the memory that the part needs, by the name of its dtype; {@code float32} is required
     * @param synthetic the parameters of which the file stores only a factor, by path; null if the file stores all weights
     */
    public record Part(
            String name,
            String file,
            String sha256,
            long bytes,
            List<String> inputs,
            List<String> outputs,
            Map<String, Memory> memory,
            @JsonProperty("drawn") @Nullable Map<String, SyntheticParameter> synthetic) {

        /** The generated weights of this part. Parameters with the same key share their numbers. */
        List<SyntheticWeights> syntheticWeights() {
            if (synthetic == null) {
                return List.of();
            }
            Map<String, SyntheticWeights> byKey = new LinkedHashMap<>();
            synthetic.forEach((path, parameter) -> byKey.computeIfAbsent(parameter.key(), key -> parameter.newWeights())
                    .parameters()
                    .add(parameter.at(path)));
            return List.copyOf(byKey.values());
        }
    }

    /**
     * The generated numbers by which the factor of a parameter is multiplied: standard normal numbers that depend only on a key. They
     * equal those of numpy's {@code Philox(key)} with the first half of the key's SHA-256.
     *
     * @param key the seed of the numbers
     * @param shape the shape of the numbers
     * @param narrow axis, start and length of the range of the numbers that the parameter uses; null for all of them
     * @param layout the memory layout of a convolution's weight, a key of {@link #LAYOUTS}; null for row-major
     */
    public record SyntheticParameter(
            String key,
            List<Long> shape,
            @Nullable List<Long> narrow,
            @Nullable String layout) {
        static final Map<String, Layout> LAYOUTS = Map.of(
                "channels_last", Layout.CHANNELS_LAST, "transposed_channels_last", Layout.TRANSPOSED_CHANNELS_LAST);

        private SyntheticWeights newWeights() {
            long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
            return new SyntheticWeights(
                    sizes, numbers -> StandardNormal.fill(numbers, Philox.of(key)), new ArrayList<>());
        }

        private SyntheticWeights.Parameter at(String path) {
            Layout memoryLayout = layout == null ? Layout.CONTIGUOUS : Objects.requireNonNull(LAYOUTS.get(layout));
            return narrow == null
                    ? new SyntheticWeights.Parameter(path, SyntheticWeights.ALL_NUMBERS, 0, 0, memoryLayout)
                    : new SyntheticWeights.Parameter(
                            path, Math.toIntExact(narrow.get(0)), narrow.get(1), narrow.get(2), memoryLayout);
        }
    }

    /**
     * The device memory that a part needs in one dtype.
     *
     * @param weightBytes the size of the loaded weights
     * @param activationBytes the peak without the weights at batch size 1 while the part runs: its inputs, tensors for later parts, its
     *     outputs and all intermediate tensors
     */
    public record Memory(long weightBytes, long activationBytes) {}

    /**
     * An input or output of a network.
     *
     * @param shape the size of each dimension; −1 is the batch
     * @param exact whether the tensor remains float32 whatever dtype the network computes in, because 16 bits are too few for a
     *     position among 256; null means false
     */
    public record Port(
            String name,
            @JsonProperty("shape") List<Long> shape,
            @Nullable Boolean exact) {
        /** Whether the tensor remains float32. */
        public boolean isExact() {
            return Boolean.TRUE.equals(exact);
        }
    }

    /** A file that is not a network. */
    public record Asset(String file, String sha256, long bytes, String licence, String origin) {}
}
