package dev.facefuse.function.events;

import dev.facefuse.function.StoredState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of the objects that a result was made from. They are stored with the result as metadata, so a later event can tell
 * whether the result is current: the same versions give the same result.
 *
 * @param metadata version by metadata name, such as {@code facefuse-user-etag}
 */
record SourceVersions(Map<String, String> metadata) {
    static final SourceVersions NONE = new SourceVersions(Map.of());

    private static final int LONGEST = 200;
    private static final String UNKNOWN = "unknown";

    SourceVersions {
        metadata = Map.copyOf(metadata);
    }

    /**
     * These versions and one more.
     *
     * @param role {@code job}, {@code template} or {@code user}
     * @param version an ETag, or a word that says why there is none
     */
    SourceVersions with(String role, String version) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put("facefuse-" + role + "-etag", headerValue(version));
        return new SourceVersions(more);
    }

    /** Whether a result was made from exactly these versions. */
    boolean match(StoredState result) {
        return result.metadata().entrySet().containsAll(metadata.entrySet());
    }

    /** Stores keep metadata as HTTP headers: visible ASCII only, and they drop an empty value. */
    private static String headerValue(String version) {
        if (version.isEmpty()) {
            return UNKNOWN;
        }
        String ascii = version.replaceAll("[^!-~]", "_");
        return ascii.substring(0, Math.min(LONGEST, ascii.length()));
    }
}
