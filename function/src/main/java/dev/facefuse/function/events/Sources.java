package dev.facefuse.function.events;

import dev.facefuse.function.StoredState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a result was made of: the version of each object, kept with the result as its metadata. The same sources give the same
 * result.
 *
 * @param versions by metadata name, such as {@code facefuse-user-etag}
 */
record Sources(Map<String, String> versions) {
    static final Sources NONE = new Sources(Map.of());

    private static final int LONGEST = 200;
    private static final String UNKNOWN = "unknown";

    Sources {
        versions = Map.copyOf(versions);
    }

    /**
     * With one more.
     *
     * @param role {@code job}, {@code template} or {@code user}
     * @param version an ETag, or a word for why there is none
     */
    Sources with(String role, String version) {
        Map<String, String> more = new LinkedHashMap<>(versions);
        more.put("facefuse-" + role + "-etag", plain(version));
        return new Sources(more);
    }

    /** Whether a result was made of these. */
    boolean made(StoredState result) {
        return result.metadata().entrySet().containsAll(versions.entrySet());
    }

    /** Metadata are headers: visible ASCII, and not nothing, which stores drop. */
    private static String plain(String version) {
        if (version.isEmpty()) {
            return UNKNOWN;
        }
        String ascii = version.replaceAll("[^!-~]", "_");
        return ascii.substring(0, Math.min(LONGEST, ascii.length()));
    }
}
