package dev.facefuse.function.http;

import java.io.IOException;

/** A body has more bytes than two pictures may; thrown before they are read, or while. */
public final class BodyTooLargeException extends IOException {

    BodyTooLargeException(long maxBytes) {
        super("The body has more than " + maxBytes + " bytes; send smaller pictures.");
    }

    /** What went wrong, for the caller. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
