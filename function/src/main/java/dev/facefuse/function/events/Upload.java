package dev.facefuse.function.events;

/**
 * An object that was written, says an event.
 *
 * @param bucket its bucket
 * @param key its key, decoded
 */
record Upload(String bucket, String key) {

    String uri() {
        return "s3://" + bucket + "/" + key;
    }
}
