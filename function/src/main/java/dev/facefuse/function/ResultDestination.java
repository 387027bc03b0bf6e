package dev.facefuse.function;

import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The locations of a result's picture and of its report. A report replaces only an older report of the same picture, because
 * {@code 1.jpg} and {@code 1.png} would share one report, and the file may belong to somebody else.
 */
final class ResultDestination {
    private static final int MOST_TRIES = 3;

    private final String uri;
    private final String reportUri;
    private final Storage storage;
    private Optional<StoredState> seen;

    private ResultDestination(String uri, Storage storage) {
        this.uri = uri;
        this.reportUri = ResultKeys.report(uri);
        this.storage = storage;
        this.seen = Optional.empty();
    }

    /**
     * Checks a location before any work is done.
     *
     * @throws FuseException {@code bad-request} for a name that no result can have; {@code storage-denied} for a location that is not
     *     allowed, or where the report would replace another file
     */
    static ResultDestination check(String uri, Storage storage) {
        storage.requireResultPlace(uri);
        ResultDestination destination = new ResultDestination(uri, storage);
        destination.checkReport();
        return destination;
    }

    private void checkReport() {
        try {
            seen = storage.find(reportUri);
        } catch (FuseException e) {
            if (e.code() != ErrorCode.STORAGE_DENIED) {
                throw e;
            }
            seen = Optional.empty(); // There are rights to write and none to read, so an existing report is kept.
        }
        if (seen.isPresent() && !ResultMetadata.isReportOf(ResultKeys.extension(uri), seen.get())) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    "The report of this result would replace another file of its name, which ends in .json; give output"
                            + " another name, or move that file away.");
        }
    }

    /**
     * Writes the picture and its report.
     *
     * @return the written picture
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
            checkReport();
        }
        throw FuseException.busy("Other requests write the same result all the time", Duration.ofSeconds(1));
    }
}
