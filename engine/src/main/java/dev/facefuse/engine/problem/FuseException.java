package dev.facefuse.engine.problem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An error that is reported to the caller. Its message is one sentence that says what is wrong and what to do about it. */
public final class FuseException extends RuntimeException {
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    public FuseException(ErrorCode code, String sentence) {
        this(code, sentence, null);
    }

    public FuseException(ErrorCode code, String sentence, @Nullable Throwable cause) {
        this(code, sentence, code == ErrorCode.BUSY ? DEFAULT_RETRY_AFTER : null, cause);
    }

    private FuseException(ErrorCode code, String sentence, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(sentence, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /**
     * Creates the error {@code busy}, with the retry time in the message and in {@link #retryAfter()}.
     *
     * @param reason a sentence without its full stop, such as {@code Another fusion is under way}
     * @param expectedWait the expected wait; rounded up to whole seconds, at least one
     */
    public static FuseException busy(String reason, Duration expectedWait) {
        long seconds = Math.max(1, expectedWait.plusNanos(999_999_999).toSeconds());
        return new FuseException(
                ErrorCode.BUSY,
                reason + "; try again in " + (seconds == 1 ? "a second." : seconds + " seconds."),
                Duration.ofSeconds(seconds),
                null);
    }

    public ErrorCode code() {
        return code;
    }

    /** The time after which the caller can try again, in whole seconds; never null for {@code busy}, null if waiting may not help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The sentence. Never null, in contrast to {@link Throwable#getMessage()}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
