package dev.facefuse.function.events;

import dev.facefuse.function.Storage;
import java.util.Optional;

/** Sees whether a job has been done, for good or ill, with these very sources. */
final class Finished {
    /** On the report: the extension of the picture that it is about. */
    static final String PICTURE = "facefuse-picture";

    private Finished() {}

    /** Where the result is, a picture or an error; empty if there is none of these sources, or not all of one. */
    static Optional<String> result(Results there, Sources sources, Storage storage) {
        Optional<String> picture = there.report()
                .filter(sources::made)
                .map(report -> there.pictureUri(report.metadata().getOrDefault(PICTURE, "")))
                // A slower worker may have put an older picture beside a newer report.
                .filter(uri -> storage.find(uri).filter(sources::made).isPresent());
        return picture.or(() -> there.error().filter(sources::made).map(error -> there.errorUri()));
    }
}
