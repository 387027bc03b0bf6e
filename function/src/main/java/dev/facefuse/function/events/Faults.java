package dev.facefuse.function.events;

import dev.facefuse.engine.problem.FuseException;

/** Tells faults that may pass, which the platform tries again, from those that stay, which end as an error object. */
public final class Faults {

    private Faults() {}

    /** Whether another try, of the same, may help. */
    public static boolean mayPass(FuseException e) {
        return switch (e.code()) {
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
}
