package dev.facefuse.function;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.facefuse.engine.Report;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The function's output.
 *
 * @param picture the fused picture
 * @param report of the fusion
 */
public record FuseOutput(Picture picture, Report report) {

    /**
     * An encoded picture or its location. Exactly one of the two is set.
     *
     * @param base64 the encoded bytes, base64 in JSON; left out if the picture was written to a storage
     * @param mediaType such as {@code image/jpeg}
     * @param uri where the picture was written; left out if it is in {@code base64}
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an output is never compared.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Picture(
            byte @Nullable [] base64,
            String mediaType,
            @Nullable String uri) {

        /** The encoded bytes of a picture that was not written to a storage. */
        public byte[] bytes() {
            return Objects.requireNonNull(base64, "The picture was put elsewhere");
        }
    }
}
