package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ByteFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The function's input: two pictures, and optionally options and a location for the result.
 *
 * <pre>{@code
 * {"template": {"uri": "s3://photos/portrait.jpg"}, "user": {"base64": "…"}, "options": {"blend": 0.8},
 *  "output": {"uri": "s3://photos/fused/1.jpg"}}
 * }</pre>
 *
 * @param template the picture whose face is replaced
 * @param user the picture that shows the new face
 * @param options the caller's options; {@link FuseOptionsInput#NONE} for the defaults
 * @param output where the result is written; null to return it to the caller
 */
public record FuseInput(
        Picture template,
        Picture user,
        FuseOptionsInput options,
        @Nullable Output output) {

    // The parameters are nullable because members of JSON can be missing. The only nullable component is output.
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

    /** An input whose result is returned to the caller. */
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
     * An encoded picture (JPEG, PNG, WebP, BMP or TIFF) or its location. Exactly one of the two is set.
     *
     * @param base64 the encoded bytes; in JSON as base64, optionally after {@code data:…;base64,}
     * @param uri the location, which {@link Storage} reads
     */
    @SuppressWarnings("ArrayRecordComponent") // Identity is enough: an input is never compared.
    public record Picture(
            @JsonDeserialize(using = Base64Decoder.Deserializer.class)
            byte @Nullable [] base64,

            @Nullable String uri) {

        /** A picture by its bytes. */
        public static Picture of(byte[] bytes) {
            return new Picture(bytes, null);
        }

        /** A picture by its location. */
        public static Picture at(String uri) {
            return new Picture(null, uri);
        }

        /** This picture, after checking that it has either bytes or a location. */
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

        /** The encoded bytes, read from the storage if the picture has a location. */
        byte[] bytes(Storage storage, long maxBytes) {
            return base64 != null
                    ? base64
                    : storage.read(Objects.requireNonNull(uri), maxBytes).bytes();
        }

        /** The error for a picture with too many bytes. */
        public static FuseException tooLarge(String which, long maxBytes) {
            return new FuseException(
                    ErrorCode.PICTURE_TOO_LARGE,
                    which + " has more than " + ByteFormat.exact(maxBytes)
                            + "; make it smaller or compress it harder.");
        }
    }

    /**
     * The location for the result.
     *
     * @param uri the location, which {@link Storage} writes; its extension is the result's format unless the options name one
     */
    public record Output(@Nullable String uri) {

        /** The format by the extension; null if the extension is not known. */
        @Nullable
        PictureFormat format() {
            return uri == null ? null : ResultKeys.format(uri);
        }
    }
}
