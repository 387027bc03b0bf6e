package dev.facefuse.function;

import dev.facefuse.engine.Report;
import dev.facefuse.engine.Version;
import java.util.Map;

/** What is kept with a result where the store can: who made it. Also how a result is told from an upload. */
public final class ResultMetadata {
    private static final String VERSION = "facefuse-version";
    private static final String PACK = "facefuse-pack";

    private ResultMetadata() {}

    /** Of the result that a report is about. */
    public static Map<String, String> of(Report report) {
        return Map.of(VERSION, report.facefuse(), PACK, report.pack());
    }

    /** Of an error in a result's place. */
    public static Map<String, String> ofError() {
        return Map.of(VERSION, Version.current());
    }

    /** Whether an object is a result of this program. */
    public static boolean marks(StoredState state) {
        return state.metadata().containsKey(VERSION);
    }
}
