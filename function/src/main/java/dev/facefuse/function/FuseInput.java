package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What the function takes: two pictures and, if anything but the defaults is wanted, options and a place for the result.
 *
 * <pre>{@code
 * {"template": {"uri": "s3://photos/portrait.jpg"}, "user": {"base64": "…"}, "options": {"blend": 0.8},
 *  "output": {"uri": "s3://photos/fused/1.jpg"}}
 * }</pre>
 *
 * @param template the picture that is kept
 * @param user the picture whose face goes in
 * @param options what the caller chose; {@link FuseOptionsInput#NONE} if nothing
 * @param output where the result goes; null for back to the caller
 */
public record FuseInput(
        Picture template,
        Picture user,
        FuseOptionsInput options,
        @Nullable Output output) {

    // The parameters are nullable because JSON is; the components never are, but for output.
    public FuseInput(
            @Nullable Picture template,
            @Nullable Picture user,
            @Nullable FuseOptionsInput options,
            @Nullable Output output) {
        this.template = required("template", template);
        this.user = required("user", user);
        this.options = options == null ? FuseOptionsInput.NONE : options;
        this.output = output;
        if (output != null && output.uri == null) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "output has no uri; send {\"uri\": \"s3://bucket/key.jpg\"} or no output.");
        }
    }

    /** For a result that goes back to the caller. */
    public FuseInput(@Nullable Picture template, @Nullable Picture user, @Nullable FuseOptionsInput options) {
        this(template, user, options, null);
    }

    private static Picture required(String name, @Nullable Picture picture) {
        if (picture == null) {
            throw new FuseException(ErrorCode.BAD_REQUEST, name + " is missing; send two pictures, template and user.");
        }
        return picture.checked(name);
    }

    /** The same pictures with other options. */
    public FuseInput with(FuseOptionsInput other) {
        return new FuseInput(template, user, other, output);
    }

    /**
     * An encoded picture (JPEG, PNG, WebP, BMP or TIFF), or where one is; one of the two.
     *
     * @param base64 the encoded bytes; in JSON base64, with or without a {@code data:…;base64,} in front
     * @param uri what {@link Storage} reads
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an input is never compared.
    public record Picture(
            @JsonDeserialize(using = Base64Bytes.class) byte @Nullable [] base64,
            @Nullable String uri) {

        /** A picture that is here. */
        public static Picture of(byte[] bytes) {
            return new Picture(bytes, null);
        }

        /** A picture that is elsewhere. */
        public static Picture at(String uri) {
            return new Picture(null, uri);
        }

        /** This picture, if it is here or elsewhere and not both. */
        Picture checked(String name) {
            if (base64 == null && uri == null) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        name + " has no base64; send {\"base64\": \"…\"} with the file's bytes, or a uri.");
            }
            if (base64 != null && uri != null) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        name + " has both base64 and uri; send the bytes or say where they are.");
            }
            return this;
        }

        /** The encoded bytes, fetched if they are elsewhere. */
        byte[] bytes(Storage storage, long maxBytes) {
            return base64 != null
                    ? base64
                    : storage.read(Objects.requireNonNull(uri), maxBytes).bytes();
        }

        /** The error for a picture with more bytes than allowed. */
        public static FuseException tooLarge(String which, long maxBytes) {
            return new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    which + " has more than " + Words.size(maxBytes) + "; make it smaller or compress it harder.");
        }
    }

    /**
     * Where a result goes.
     *
     * @param uri what {@link Storage} writes; its extension is the result's format unless the options ask for another
     */
    public record Output(@Nullable String uri) {

        /** The format that the extension names; null if it names none. */
        @Nullable
        PictureFormat format() {
            return uri == null ? null : ResultKeys.format(uri);
        }
    }
}
