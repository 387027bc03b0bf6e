package dev.facefuse.function;

import dev.facefuse.engine.Report;
import dev.facefuse.engine.Version;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Metadata of results, where the store supports it. It also distinguishes a result from an upload. */
public final class ResultMetadata {
    private static final String VERSION = "facefuse-version";
    private static final String PACK = "facefuse-pack";

    /** On a report: the extension of its picture. */
    public static final String PICTURE = "facefuse-picture";

    /** The same in the text of a report that was requested, because files have no metadata. */
    public static final String PICTURE_MEMBER = "picture";

    private ResultMetadata() {}

    /** Metadata of the result that a report describes. */
    public static Map<String, String> of(Report report) {
        return Map.of(VERSION, report.facefuse(), PACK, report.pack());
    }

    /** Metadata of an error object. */
    public static Map<String, String> ofError() {
        return Map.of(VERSION, Version.current());
    }

    /**
     * The metadata of a report that is a file.
     *
     * @param version its member {@code facefuse}
     * @param picture its member {@link #PICTURE_MEMBER}
     * @return empty for another file
     */
    public static Map<String, String> ofStoredReport(JsonNode version, JsonNode picture) {
        return version.isString() && picture.isString()
                ? Map.of(VERSION, version.asString(), PICTURE, picture.asString())
                : Map.of();
    }

    /**
     * Whether an object is a report of this program about a picture.
     *
     * @param extension the picture's
     */
    static boolean isReportOf(String extension, StoredState state) {
        return marks(state) && extension.equals(state.metadata().get(PICTURE));
    }

    /** Whether an object is a result of this program. */
    public static boolean marks(StoredState state) {
        return state.metadata().containsKey(VERSION);
    }
}
