package dev.facefuse.function.events;

import org.jspecify.annotations.Nullable;

/**
 * An object that was written, says an event.
 *
 * @param bucket its bucket
 * @param key its key, decoded
 * @param otherKey the key if the store's events are encoded in the other way; null if there is no doubt
 */
record Upload(String bucket, String key, @Nullable String otherKey) {

    /** An upload whose key is certain. */
    Upload(String bucket, String key) {
        this(bucket, key, null);
    }

    /** The same object, which may have this key instead. */
    Upload or(String other) {
        return new Upload(bucket, key, other.equals(key) ? null : other);
    }

    String uri() {
        return "s3://" + bucket + "/" + key;
    }
}
