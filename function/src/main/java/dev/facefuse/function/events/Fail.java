package dev.facefuse.function.events;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes why a job has no result, where its result would be. */
final class Fail {
    private final Storage storage;
    private final FuseJson json;

    Fail(Storage storage, FuseJson json) {
        this.storage = storage;
        this.json = json;
    }

    /** Writes it; empty if another worker wrote meanwhile, else where it is. */
    Optional<String> error(Upload upload, FuseException e, Sources sources, Results there) {
        Results.requireOwn(there.errorUri(), there.error());
        Map<String, String> metadata = new HashMap<>(ResultMetadata.ofError());
        metadata.putAll(sources.versions());
        Why why = new Why(e.code().code(), e.getMessage(), upload.uri());
        return Results.put(storage, there.errorUri(), there.error(), json.reportObject(why, metadata))
                ? Optional.of(there.errorUri())
                : Optional.empty();
    }

    /**
     * What stands in the error object.
     *
     * @param code of the contract, such as {@code no-face}
     * @param detail a sentence that says what to do
     * @param upload what was uploaded
     */
    private record Why(String code, String detail, String upload) {}
}
