package dev.facefuse.function.storage;

import dev.facefuse.function.Messages;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An object in a bucket. As with the AWS command line, the key in a URI is not percent-encoded.
 *
 * @param bucket a name that follows the rules for new buckets, so it is also a valid host name
 * @param key is not empty
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
            throw Location.bad(flaw(bucket) + "; send s3://bucket/key.");
        }
        if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY_BYTES || !isPlain(key)) {
            throw Location.bad("An s3 uri's key must have 1 to " + LONGEST_KEY_BYTES
                    + " bytes, no control characters, and no . or .. between slashes.");
        }
        return new S3Location(bucket, key);
    }

    /** Describes the error in a bucket's name. A name with a user in front is not repeated, because it may hold a secret. */
    private static String flaw(String bucket) {
        if (bucket.isEmpty()) {
            return "An s3 uri has no bucket between s3:// and the next slash";
        }
        if (bucket.chars().anyMatch(c -> c == '@' || c == ':')) {
            return "An s3 uri has a user, a port or an ARN in place of its bucket, which is named alone; an endpoint and"
                    + " credentials are settings";
        }
        return "'" + Messages.quoted(bucket)
                + "' is no bucket's name: these have 3 to 63 lower-case letters, digits, hyphens and"
                + " dots, with a letter or digit at both ends and no two dots in a row";
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
