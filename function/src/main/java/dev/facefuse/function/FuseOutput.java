package dev.facefuse.function;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.facefuse.engine.Report;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the function gives back.
 *
 * @param picture the fused picture
 * @param report how it came about
 */
public record FuseOutput(Picture picture, Report report) {

    /**
     * An encoded picture, or where it was put; one of the two.
     *
     * @param base64 the encoded bytes; base64 in JSON, left out if the picture was put elsewhere
     * @param mediaType such as {@code image/jpeg}
     * @param uri where it was put; left out if it is here
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an output is never compared.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Picture(
            byte @Nullable [] base64,
            String mediaType,
            @Nullable String uri) {

        /** The encoded bytes of a picture that is here. */
        public byte[] bytes() {
            return Objects.requireNonNull(base64, "The picture was put elsewhere");
        }
    }
}
