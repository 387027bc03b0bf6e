package dev.facefuse.function;

import java.util.Map;

/**
 * What a store says of an object.
 *
 * @param etag its version, without quotation marks; empty if the store does not say
 * @param metadata what its writer gave with it, names in lower case
 */
public record StoredState(String etag, Map<String, String> metadata) {

    public StoredState {
        metadata = Map.copyOf(metadata);
    }
}
