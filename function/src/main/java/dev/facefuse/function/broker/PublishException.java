package dev.facefuse.function.broker;

/** The broker did not confirm a message: it may have it or not. */
public final class PublishException extends RuntimeException {

    PublishException(String message, Throwable cause) {
        super(message, cause);
    }

    PublishException(String message) {
        super(message);
    }
}
