package dev.facefuse.function;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What the function takes: two pictures and, if anything but the defaults is wanted, options.
 *
 * <pre>{@code
 * {"template": {"base64": "…"}, "user": {"base64": "…"}, "options": {"blend": 0.8}}
 * }</pre>
 *
 * @param template the picture that is kept
 * @param user the picture whose face goes in
 * @param options what the caller chose; {@link FuseOptionsInput#NONE} if nothing
 */
public record FuseInput(Picture template, Picture user, FuseOptionsInput options) {

    // The parameters are nullable because JSON is; the components never are.
    public FuseInput(@Nullable Picture template, @Nullable Picture user, @Nullable FuseOptionsInput options) {
        this.template = required("template", template);
        this.user = required("user", user);
        this.options = options == null ? FuseOptionsInput.NONE : options;
    }

    private static Picture required(String name, @Nullable Picture picture) {
        if (picture == null) {
            throw new FuseException(ErrorCode.BAD_REQUEST, name + " is missing; send two pictures, template and user.");
        }
        if (picture.base64 == null) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, name + " has no base64; send {\"base64\": \"…\"} with the file's bytes.");
        }
        return picture;
    }

    /** The same pictures with other options. */
    public FuseInput with(FuseOptionsInput other) {
        return new FuseInput(template, user, other);
    }

    /**
     * An encoded picture (JPEG, PNG, WebP, BMP or TIFF).
     *
     * @param base64 the encoded bytes; in JSON base64, with or without a {@code data:…;base64,} in front
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an input is never compared.
    public record Picture(
            @JsonDeserialize(using = Base64Bytes.class) byte @Nullable [] base64) {

        /** The error for a picture with more bytes than allowed. */
        public static FuseException tooLarge(String which, long maxBytes) {
            return new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    which + " has more than " + Words.size(maxBytes) + "; make it smaller or compress it harder.");
        }

        /** The encoded bytes; a picture that is part of an input has them. */
        byte[] bytes() {
            return Objects.requireNonNull(base64);
        }
    }
}
