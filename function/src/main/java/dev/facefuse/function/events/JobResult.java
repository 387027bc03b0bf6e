package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import dev.facefuse.function.StoredState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of a job's result: {@code fused/<name>.<extension>}, its report {@code fused/<name>.json}, and {@code
 * fused/<name>.error.json} if the job failed. Report and error are looked up once. Each write replaces only what was seen then, so of
 * two workers at the same job one writes and the other notices. The picture is written before the report: a report means that the
 * result is complete.
 */
final class JobResult {
    private final Storage storage;
    private final FuseJson json;
    private final String stem;
    private final Optional<StoredState> report;
    private final Optional<StoredState> error;

    private JobResult(Storage storage, FuseJson json, String stem) {
        this.storage = storage;
        this.json = json;
        this.stem = stem;
        this.report = storage.find(reportUri(stem));
        this.error = storage.find(errorUri(stem));
    }

    /**
     * Checks that the job's results may be written, without a request to the store.
     *
     * @throws FuseException {@code storage-denied}
     */
    static void requireWritable(Job job, EventSettings settings, Storage storage) {
        storage.requireWritable(reportUri(stem(job, settings)));
    }

    /** Looks up what the store has of a job's result. */
    static JobResult find(Job job, EventSettings settings, Storage storage, FuseJson json) {
        return new JobResult(storage, json, stem(job, settings));
    }

    /** The URI of the picture, or of the error, that was made from these versions; empty if there is none or its picture is missing. */
    Optional<String> madeFrom(SourceVersions versions) {
        return report.filter(versions::match)
                .map(state -> pictureUri(state.metadata().getOrDefault(ResultMetadata.PICTURE, "")))
                // A slower worker may have written an older picture beside a newer report.
                .filter(uri -> storage.find(uri).filter(versions::match).isPresent())
                .or(() -> error.filter(versions::match).map(state -> errorUri(stem)));
    }

    /**
     * Refuses to replace an object in the report's place that is not a result.
     *
     * @throws FuseException {@code storage-denied}
     */
    void requireReplaceable() {
        requireOwn(reportUri(stem), report);
    }

    /**
     * Writes the picture and then its report.
     *
     * @return the picture's URI; empty if another worker wrote meanwhile
     * @throws FuseException {@code storage-denied} if an object that is not a result has the picture's place
     */
    Optional<String> write(FuseOutput output, SourceVersions versions) {
        String extension = output.report().output().format();
        Map<String, String> metadata = new HashMap<>(ResultMetadata.of(output.report()));
        metadata.putAll(versions.metadata());
        metadata.put(ResultMetadata.PICTURE, extension);
        String uri = pictureUri(extension);
        NewObject picture =
                new NewObject(output.picture().bytes(), output.picture().mediaType(), metadata);
        boolean written = writePicture(uri, picture, versions)
                && write(reportUri(stem), report, json.reportObject(output.report(), metadata));
        return written ? Optional.of(uri) : Optional.empty();
    }

    /** The same sources give the same picture, so one that another worker has written from them is as good. */
    private boolean writePicture(String uri, NewObject picture, SourceVersions versions) {
        Optional<StoredState> before = storage.find(uri);
        requireOwn(uri, before);
        return before.filter(versions::match).isPresent()
                || write(uri, before, picture)
                || storage.find(uri).filter(versions::match).isPresent();
    }

    /**
     * Writes why there is no picture.
     *
     * @return the error's URI; empty if another worker wrote meanwhile
     * @throws FuseException {@code storage-denied} if an object that is not a result has the error's place
     */
    Optional<String> writeError(FuseException cause, Upload upload, SourceVersions versions) {
        requireOwn(errorUri(stem), error);
        Map<String, String> metadata = new HashMap<>(ResultMetadata.ofError());
        metadata.putAll(versions.metadata());
        StoredError text = new StoredError(cause.code().code(), cause.getMessage(), upload.uri());
        return write(errorUri(stem), error, json.reportObject(text, metadata))
                ? Optional.of(errorUri(stem))
                : Optional.empty();
    }

    /**
     * The JSON of an error object.
     *
     * @param code of the contract, such as {@code no-face}
     * @param detail a sentence that says what to do
     * @param upload the URI of the upload
     */
    private record StoredError(String code, String detail, String upload) {}

    /** Writes in place of what was seen, which may be nothing; false if the store has something else there now. */
    private boolean write(String uri, Optional<StoredState> seen, NewObject object) {
        return seen.isPresent() ? storage.replace(uri, seen.get(), object) : storage.create(uri, object);
    }

    private static void requireOwn(String uri, Optional<StoredState> seen) {
        if (seen.isPresent() && !ResultMetadata.marks(seen.get())) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    uri + " is in the place of a result and is none; move it away, then upload again.");
        }
    }

    private static String stem(Job job, EventSettings settings) {
        return "s3://" + job.upload().bucket() + "/" + settings.fused() + job.name();
    }

    private String pictureUri(String extension) {
        return stem + "." + extension;
    }

    private static String reportUri(String stem) {
        return stem + ".json";
    }

    private static String errorUri(String stem) {
        return stem + ".error.json";
    }
}
