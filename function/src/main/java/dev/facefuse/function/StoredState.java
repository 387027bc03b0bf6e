package dev.facefuse.function;

import java.util.Map;

/**
 * The state of a stored object.
 *
 * @param etag its version, without quotation marks; empty if unknown
 * @param metadata metadata stored with it, names in lower case
 */
public record StoredState(String etag, Map<String, String> metadata) {

    public StoredState {
        metadata = Map.copyOf(metadata);
    }
}
