package dev.facefuse.function.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of processing one upload.
 *
 * @param upload its URI
 * @param kind how it ended
 * @param result where the picture or the error is; left out if the upload asked for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Outcome(String upload, Kind kind, @Nullable String result) {

    /** How an upload ends. */
    public enum Kind {
        /** A picture was made. */
        FUSED,
        /** It cannot be fused; the error says why. */
        FAILED,
        /** There is a result of it already. */
        DONE_BEFORE,
        /** It asks for nothing: it lies elsewhere, is gone, or is a result. */
        IGNORED
    }

    static Outcome ignored(Upload upload) {
        return new Outcome(upload.uri(), Kind.IGNORED, null);
    }
}
