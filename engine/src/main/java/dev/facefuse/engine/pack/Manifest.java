package dev.facefuse.engine.pack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code pack.json}, as written by the exporter.
 *
 * @param format of the manifest itself; {@link #FORMAT} is the one read here
 * @param name of the pack, {@code mesh}
 * @param version of the pack
 * @param roles the networks by role
 * @param assets files that are not networks, by what they are
 */
public record Manifest(
        int format,
        String name,
        String version,
        String description,
        Map<String, Role> roles,
        Map<String, Asset> assets) {
    /** The manifest format this program reads. */
    public static final int FORMAT = 3;

    /**
     * A network: parts that run one after the other and hand tensors on by name.
     *
     * @param dtype of the stored weights, {@code float32} or {@code float16}
     * @param inputs what the caller gives
     * @param outputs what the caller gets, each of them an output of some part
     * @param parts at least one, in the order in which they run
     */
    public record Role(
            String dtype, List<Port> inputs, List<Port> outputs, List<Part> parts, String licence, String origin) {}

    /**
     * The smallest piece of a network that can be on a device alone: one TorchScript file.
     *
     * @param name within its role
     * @param file in the pack's directory
     * @param sha256 of the file, 64 hexadecimal digits
     * @param bytes length of the file
     * @param inputs the arguments of the file's {@code forward}, by name: inputs of the role or outputs of earlier parts
     * @param outputs names for what {@code forward} returns, in its order; no tensor of a role has another's name
     * @param memory what the part takes, by the name of the dtype it runs in; {@code float32} is always there
     * @param drawn parameters of which the file has a factor only, by name; null where it has all of all
     */
    public record Part(
            String name,
            String file,
            String sha256,
            long bytes,
            List<String> inputs,
            List<String> outputs,
            Map<String, Memory> memory,
            @Nullable Map<String, Drawn> drawn) {}

    /**
     * What a parameter's factor is multiplied with: standard normal numbers that depend on a key alone, as numpy's
     * {@code Philox(key)} with the first half of its SHA-256 gives them, or a range of one of their axes.
     *
     * @param key of the numbers
     * @param shape of the numbers
     * @param narrow axis, start and length; null for all of them
     * @param layout of a convolution's weight in memory, {@code channels_last} or {@code transposed_channels_last}; null for row by
     *     row
     */
    public record Drawn(
            String key,
            List<Long> shape,
            @Nullable List<Long> narrow,
            @Nullable String layout) {}

    /**
     * What a part takes of a device in one dtype.
     *
     * @param weightBytes of the loaded weights
     * @param activationBytes the peak beyond the weights at batch 1 while the part runs: its inputs, what is carried past it
     *     for later parts, its outputs, and all that it needs in between
     */
    public record Memory(long weightBytes, long activationBytes) {}

    /**
     * A tensor that goes into a network or comes out of it.
     *
     * @param shape −1 is the batch
     * @param exact true if the tensor stays float32 whatever the network computes in: sixteen bits are too few for a place among 256;
     *     null is false
     */
    public record Port(
            String name,
            @JsonProperty("shape") List<Long> shape,
            @Nullable Boolean exact) {
        /** Whether the tensor stays float32. */
        public boolean isExact() {
            return Boolean.TRUE.equals(exact);
        }
    }

    /** A file that is not a network. */
    public record Asset(String file, String sha256, long bytes, String licence, String origin) {}
}
