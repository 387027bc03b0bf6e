package dev.facefuse.function.broker;

/** The broker did not confirm a message: it may have it or not. */
public final class NotTakenException extends RuntimeException {

    NotTakenException(String message, Throwable cause) {
        super(message, cause);
    }

    NotTakenException(String message) {
        super(message);
    }
}
