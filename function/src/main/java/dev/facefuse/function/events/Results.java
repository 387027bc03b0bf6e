package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import dev.facefuse.function.StoredState;
import java.util.Optional;

/**
 * Where a job's results lie, and what lay there when it was looked at. The report is written last: it says that all is there.
 *
 * @param stem {@code s3://bucket/fused/<job>}
 * @param report what was there
 * @param error what was there
 */
record Results(String stem, Optional<StoredState> report, Optional<StoredState> error) {

    /**
     * Asks nothing of the store.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code storage-denied} if results may not go there
     */
    static void requireWritable(Job job, EventSettings settings, Storage storage) {
        storage.requireWritable(reportUri(stem(job, settings)));
    }

    /** Looks. */
    static Results of(Job job, EventSettings settings, Storage storage) {
        String stem = stem(job, settings);
        return new Results(stem, storage.find(reportUri(stem)), storage.find(errorUri(stem)));
    }

    /**
     * Refuses to replace an object that is not a result.
     *
     * @param seen what is there
     * @throws FuseException {@code storage-denied}
     */
    static void requireOwn(String uri, Optional<StoredState> seen) {
        if (seen.isPresent() && !ResultMetadata.marks(seen.get())) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    uri + " is in the place of a result and is none; move it away, then upload again.");
        }
    }

    private static String stem(Job job, EventSettings settings) {
        return "s3://" + job.upload().bucket() + "/" + settings.fused() + job.name();
    }

    String pictureUri(String extension) {
        return stem + "." + extension;
    }

    String reportUri() {
        return reportUri(stem);
    }

    String errorUri() {
        return errorUri(stem);
    }

    private static String reportUri(String stem) {
        return stem + ".json";
    }

    private static String errorUri(String stem) {
        return stem + ".error.json";
    }

    /** Writes in place of what was seen, which may be nothing; false if something else is there now. */
    static boolean put(Storage storage, String uri, Optional<StoredState> seen, NewObject object) {
        return seen.isPresent() ? storage.replace(uri, seen.get(), object) : storage.create(uri, object);
    }
}
