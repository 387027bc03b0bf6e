package dev.facefuse.engine.problem;

import org.jspecify.annotations.Nullable;

/** A named error with one sentence that says what is wrong and what to do about it; meant for the caller's eyes. */
public final class FuseException extends RuntimeException {
    private final ErrorCode code;

    public FuseException(ErrorCode code, String sentence) {
        this(code, sentence, null);
    }

    public FuseException(ErrorCode code, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** The sentence; never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
