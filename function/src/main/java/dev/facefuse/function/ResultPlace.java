package dev.facefuse.function;

import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The location of a requested result: a picture, and its report beside it. A report may replace only an older report of the same picture:
 * {@code 1.jpg} and {@code 1.png} would share the report's name, and a file of another owner may have it.
 */
final class ResultPlace {
    private static final int MOST_TRIES = 3;

    private final String uri;
    private final String reportUri;
    private final Storage storage;
    private Optional<StoredState> seen;

    private ResultPlace(String uri, Storage storage) {
        this.uri = uri;
        this.reportUri = ResultKeys.report(uri);
        this.storage = storage;
        this.seen = Optional.empty();
    }

    /**
     * Checks the location before any work is done.
     *
     * @throws FuseException {@code bad-request} for a name that no result can have, {@code storage-denied} for a place that is not
     *     allowed, or whose report lies in the place of something else
     */
    static ResultPlace of(String uri, Storage storage) {
        storage.requireResultPlace(uri);
        ResultPlace place = new ResultPlace(uri, storage);
        place.look();
        return place;
    }

    private void look() {
        try {
            seen = storage.find(reportUri);
        } catch (FuseException e) {
            if (e.code() != ErrorCode.STORAGE_DENIED) {
                throw e;
            }
            seen = Optional.empty(); // The service may write but not read here; then an existing object is not
            // replaced.
        }
        if (seen.isPresent() && !ResultMetadata.isReportOf(ResultKeys.extension(uri), seen.get())) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    "The report of this result would replace another file of its name, which ends in .json; give output"
                            + " another name, or move that file away.");
        }
    }

    /**
     * Writes picture and report.
     *
     * @return the picture as it was written
     * @throws FuseException as {@link Storage#writeResult}
     */
    NewObject write(FuseResult result, FuseJson json) {
        Map<String, String> metadata = ResultMetadata.of(result.report());
        NewObject picture = new NewObject(result.picture(), result.format().mediaType(), metadata);
        String extension = ResultKeys.extension(uri);
        Map<String, String> ofReport = new HashMap<>(metadata);
        ofReport.put(ResultMetadata.PICTURE, extension);
        NewObject report = json.reportObject(result.report(), extension, ofReport);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            if (storage.writeResult(uri, picture, reportUri, report, seen)) {
                return picture;
            }
            look();
        }
        throw FuseException.busy("Other requests write the same result all the time", Duration.ofSeconds(1));
    }
}
