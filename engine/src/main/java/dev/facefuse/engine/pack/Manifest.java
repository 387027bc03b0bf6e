package dev.facefuse.engine.pack;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

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
    public static final int FORMAT = 1;

    /**
     * A network.
     *
     * @param file in the pack's directory
     * @param sha256 of the file, 64 hexadecimal digits
     * @param bytes length of the file
     * @param dtype of the stored weights, {@code float32} or {@code float16}
     * @param weightBytes of the loaded weights as float32
     * @param activationBytes peak beyond the weights at batch 1 in float32
     */
    public record Role(
            String file,
            String sha256,
            long bytes,
            String dtype,
            List<Port> inputs,
            List<Port> outputs,
            long weightBytes,
            long activationBytes,
            String licence,
            String origin) {}

    /** A tensor that goes into a network or comes out of it; −1 in the shape is the batch. */
    public record Port(String name, @JsonProperty("shape") List<Long> shape) {}

    /** A file that is not a network. */
    public record Asset(String file, String sha256, long bytes, String licence, String origin) {}
}
