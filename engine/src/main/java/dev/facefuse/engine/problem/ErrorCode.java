package dev.facefuse.engine.problem;

/** The errors of the public contract, each with its HTTP status and its exit code. */
public enum ErrorCode {
    /** The request is invalid: an option is out of range, the body is not JSON, or a part is missing. */
    BAD_REQUEST("bad-request", 400, 2),
    /** No face was found in a picture at the detection threshold. */
    NO_FACE("no-face", 422, 3),
    /** The picture has no face with the requested index. */
    FACE_INDEX("face-index", 422, 3),
    /** The picture data is empty, truncated or damaged. */
    BAD_PICTURE("bad-picture", 422, 3),
    /** The picture has more bytes, more pixels or a longer edge than the limits allow. */
    PICTURE_TOO_LARGE("picture-too-large", 413, 3),
    /** The data is not a picture in a supported format. */
    UNSUPPORTED_FORMAT("unsupported-format", 415, 3),
    /** All permits are in use; the caller can try again later. */
    BUSY("busy", 429, 4),
    /** No plan fits the available memory. */
    OUT_OF_MEMORY("out-of-memory", 503, 4),
    /** The model pack has an invalid file, checksum or role. */
    PACK_INVALID("pack-invalid", 500, 5),
    /** The picture does not exist, or the location of the result does not exist. */
    STORAGE_NOT_FOUND("storage-not-found", 404, 6),
    /** Access to the picture or to the location of the result is denied. */
    STORAGE_DENIED("storage-denied", 403, 6),
    /** The request did not finish in time. */
    TIMEOUT("timeout", 504, 4),
    /** The native libraries cannot be extracted or loaded: their folder is full, read-only or does not allow code. */
    LIBRARIES_UNAVAILABLE("libraries-unavailable", 503, 7);

    private final String code;
    private final int httpStatus;
    private final int exitCode;

    ErrorCode(String code, int httpStatus, int exitCode) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
    }

    /** The code in responses: {@code no-face}. */
    public String code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the same request may succeed later, without a change by its sender. */
    public boolean isRetryable() {
        return switch (this) {
            case BUSY, OUT_OF_MEMORY, TIMEOUT, PACK_INVALID, LIBRARIES_UNAVAILABLE -> true;
            case BAD_REQUEST,
                    NO_FACE,
                    FACE_INDEX,
                    BAD_PICTURE,
                    PICTURE_TOO_LARGE,
                    UNSUPPORTED_FORMAT,
                    STORAGE_NOT_FOUND,
                    STORAGE_DENIED -> false;
        };
    }

    /** 2 usage, 3 picture or face, 4 busy or memory, 5 pack, 6 storage, 7 native libraries. */
    public int exitCode() {
        return exitCode;
    }
}
