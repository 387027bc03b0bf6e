package dev.facefuse.function.http;

import java.io.IOException;
import org.springframework.http.HttpStatus;

/** The server stopped reading a body before its end. */
final class BodyNotReceivedException extends IOException {
    private final HttpStatus status;

    /**
     * An exception with a problem's status and text.
     *
     * @param detail what is wrong and what to do
     */
    BodyNotReceivedException(HttpStatus status, String detail) {
        super(detail);
        this.status = status;
    }

    /** For the caller. */
    Problem problem() {
        return Problem.of(status, String.valueOf(getMessage()));
    }
}
