package dev.facefuse.function;

import java.util.Map;

/**
 * An object to write.
 *
 * @param bytes all of it
 * @param mediaType such as {@code image/jpeg}
 * @param metadata to keep with it where the store can; names in lower case, names and values in ASCII
 */
@SuppressWarnings("ArrayRecordComponent") // Identity is enough: an object is never compared.
public record NewObject(byte[] bytes, String mediaType, Map<String, String> metadata) {

    public NewObject {
        metadata = Map.copyOf(metadata);
    }
}
