package dev.facefuse.function;

import java.util.Map;

/**
 * An object to write.
 *
 * @param bytes its content
 * @param mediaType such as {@code image/jpeg}
 * @param metadata to store with it where the store supports that; names in lower case, names and values in ASCII
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: an object is never compared.
public record NewObject(byte[] bytes, String mediaType, Map<String, String> metadata) {

    public NewObject {
        metadata = Map.copyOf(metadata);
    }
}
