package dev.facefuse.function.storage;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An object in a bucket. What stands behind the bucket is the key as it is, not percent-encoded, as the AWS command line has it.
 *
 * @param bucket a bucket's name by the rules for new ones, so that it can be a host's name as well
 * @param key never empty
 */
record S3Location(String bucket, String key) implements Location {
    static final String SCHEME = "s3://";

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final int LONGEST_KEY_BYTES = 1024;

    static boolean matches(String uri) {
        return uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    static S3Location parse(String uri) {
        int slash = uri.indexOf('/', SCHEME.length());
        String bucket = slash < 0 ? uri.substring(SCHEME.length()) : uri.substring(SCHEME.length(), slash);
        String key = slash < 0 ? "" : uri.substring(slash + 1);
        if (!isBucket(bucket)) {
            throw Location.bad("An s3 uri names no bucket that there can be; send s3://bucket/key.");
        }
        if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY_BYTES || !isPlain(key)) {
            throw Location.bad("An s3 uri's key must have 1 to " + LONGEST_KEY_BYTES
                    + " bytes, no control characters, and no . or .. between slashes.");
        }
        return new S3Location(bucket, key);
    }

    static boolean isBucket(String name) {
        return BUCKET.matcher(name).matches() && !name.contains("..");
    }

    static boolean isPlain(String key) {
        return key.chars().noneMatch(Character::isISOControl) && !Location.hasDots(key);
    }

    @Override
    public String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @Override
    public String display() {
        return SCHEME + bucket + "/" + key;
    }
}
