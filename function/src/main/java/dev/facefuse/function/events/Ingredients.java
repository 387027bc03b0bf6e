package dev.facefuse.function.events;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import org.jspecify.annotations.Nullable;

/**
 * What a job needs, or why it cannot be had.
 *
 * @param sources the versions of all that was looked at
 * @param input for the function; null if there is a flaw
 * @param flaw what is wrong with the job and stays so until something is uploaded; null if nothing is
 */
record Ingredients(
        Sources sources,
        @Nullable FuseInput input,
        @Nullable FuseException flaw) {

    static Ingredients of(Sources sources, FuseInput input) {
        return new Ingredients(sources, input, null);
    }

    static Ingredients flawed(Sources sources, FuseException flaw) {
        return new Ingredients(sources, null, flaw);
    }

    /** The input, or the flaw thrown. */
    FuseInput required() {
        if (input != null) {
            return input;
        }
        throw flaw == null ? new IllegalStateException("Neither input nor flaw") : flaw;
    }
}
