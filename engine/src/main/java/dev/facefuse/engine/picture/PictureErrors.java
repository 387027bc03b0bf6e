package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/** The errors for pictures that cannot be read. */
final class PictureErrors {
    private static final String READABLE = "JPEG, PNG, WebP, BMP or TIFF";

    private PictureErrors() {}

    static FuseException empty() {
        return new FuseException(ErrorCode.BAD_PICTURE, "The picture is empty (0 bytes); send the whole file.");
    }

    static FuseException notAPicture() {
        return new FuseException(
                ErrorCode.BAD_PICTURE, "This is not a picture, or its beginning is damaged; send a " + READABLE + ".");
    }

    static FuseException truncated(String title) {
        return new FuseException(
                ErrorCode.BAD_PICTURE, "The " + title + " ends too early; send the whole file once more.");
    }

    static FuseException damaged(PictureFormat format, String what) {
        return new FuseException(
                ErrorCode.BAD_PICTURE,
                "The " + format.title() + " is damaged (" + what + "); open it elsewhere and save it again.");
    }

    /**
     * A picture of a kind that is not read.
     *
     * @param kind with its article, {@code a GIF}
     */
    static FuseException unsupported(String kind) {
        return new FuseException(
                ErrorCode.UNSUPPORTED_FORMAT,
                "This is " + kind + ", which is not read; save it as an RGB JPEG or PNG.");
    }
}
