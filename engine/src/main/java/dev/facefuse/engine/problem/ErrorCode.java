package dev.facefuse.engine.problem;

/** The named errors of the contract, each with the HTTP status and the exit code it ends in. */
public enum ErrorCode {
    /** An option out of range, a body that is not JSON, a part that is missing. */
    BAD_REQUEST("bad-request", 400, 2),
    /** No face in a picture at the detection threshold. */
    NO_FACE("no-face", 422, 3),
    /** A face was asked for by an index the picture does not have. */
    FACE_INDEX("face-index", 422, 3),
    /** Empty, truncated or damaged picture data. */
    BAD_PICTURE("bad-picture", 422, 3),
    /** More bytes, pixels or pixels an edge than the limits allow. */
    PICTURE_TOO_LARGE("picture-too-large", 413, 3),
    /** Not a picture format, or a variant of one, that is read here. */
    UNSUPPORTED_FORMAT("unsupported-format", 415, 3),
    /** Every permit is taken; come back later. */
    BUSY("busy", 429, 4),
    /** No plan fits the memory there is. */
    OUT_OF_MEMORY("out-of-memory", 503, 4),
    /** A model pack whose files, checksums or roles do not hold. */
    PACK_INVALID("pack-invalid", 500, 5),
    /** A picture or a place for one that does not exist. */
    STORAGE_NOT_FOUND("storage-not-found", 404, 6),
    /** A picture that may not be read, or a place that may not be written. */
    STORAGE_DENIED("storage-denied", 403, 6),
    /** The time given was not enough. */
    TIMEOUT("timeout", 504, 4),
    /** The native libraries cannot be extracted or loaded: their folder is full, read-only or allows no code. */
    LIBRARIES_UNAVAILABLE("libraries-unavailable", 503, 7);

    private final String code;
    private final int httpStatus;
    private final int exitCode;

    ErrorCode(String code, int httpStatus, int exitCode) {
        this.code = code;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
    }

    /** The code as the contract spells it, such as {@code no-face}. */
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
