package dev.facefuse.engine.problem;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something about a result that its caller may want to change; in JSON it is its sentence.
 *
 * @param kind for counting
 * @param sentence what it is and what to do
 */
public record Warning(Kind kind, @JsonValue String sentence) {

    /** What warnings are about. */
    public enum Kind {
        /** A picture has more pixels than help. */
        LARGE_PICTURE,
        /** A face has fewer pixels than a good result needs. */
        SMALL_FACE,
        /** The result's format holds no transparency, or the picture's could not be read. */
        TRANSPARENCY_LOST,
        /** A picture's data end early or are damaged; what could be decoded was used. */
        INCOMPLETE_PICTURE,
        /** A picture is for print, and its colours were converted without a profile. */
        APPROXIMATE_COLOURS,
        /** Some of the template's metadata did not come along. */
        METADATA_LEFT_OUT,
        /** The format holds no label. */
        NO_LABEL;

        /** {@code large-picture} and so on. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
