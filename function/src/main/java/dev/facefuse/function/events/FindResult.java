package dev.facefuse.function.events;

import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import java.util.Optional;

/** Finds what came of a job, for good or ill, if it was done with these very sources. */
final class FindResult {
    private final Storage storage;

    FindResult(Storage storage) {
        this.storage = storage;
    }

    /** Where it is, a picture or an error; empty if there is none of these sources, or not all of one. */
    Optional<String> of(Sources sources, Results there) {
        Optional<String> picture = there.report()
                .filter(sources::made)
                .map(report -> there.pictureUri(report.metadata().getOrDefault(ResultMetadata.PICTURE, "")))
                // A slower worker may have put an older picture beside a newer report.
                .filter(uri -> storage.find(uri).filter(sources::made).isPresent());
        return picture.or(() -> there.error().filter(sources::made).map(error -> there.errorUri()));
    }
}
