package dev.facefuse.engine.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A warning about a result. In JSON it is only its sentence.
 *
 * @param kind the kind of warning, which metrics count
 * @param sentence the problem and what the caller can do about it
 */
public record Warning(Kind kind, @JsonValue String sentence) {

    /** The kinds of warnings. */
    public enum Kind {
        /** A picture has more pixels than the networks can use. */
        LARGE_PICTURE,
        /** A face has too few pixels for a good result. */
        SMALL_FACE,
        /** The format of the result does not support transparency, or the picture's transparency could not be read. */
        TRANSPARENCY_LOST,
        /** The data of a picture is truncated or damaged; the part that could be decoded was used. */
        INCOMPLETE_PICTURE,
        /** A CMYK picture has no colour profile, so its colours were converted approximately. */
        APPROXIMATE_COLOURS,
        /** Some metadata of the template was not copied. */
        METADATA_LEFT_OUT,
        /** The format of the result cannot store a label. */
        NO_LABEL;

        /** The name in metrics: {@code large-picture}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
