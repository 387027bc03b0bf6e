package dev.facefuse.engine.problem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A named error with one sentence that says what is wrong and what to do about it; meant for the caller's eyes. */
public final class FuseException extends RuntimeException {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    public FuseException(ErrorCode code, String sentence) {
        this(code, sentence, null);
    }

    public FuseException(ErrorCode code, String sentence, @Nullable Throwable cause) {
        this(code, sentence, code == ErrorCode.BUSY ? A_SECOND : null, cause);
    }

    private FuseException(ErrorCode code, String sentence, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(sentence, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /**
     * The refusal {@code busy}, which says in words and as a value when to come back.
     *
     * @param why a sentence without its full stop, such as {@code Another fusion is under way}
     * @param expectedWait how long others will take; rounded up to whole seconds, at least one
     */
    public static FuseException busy(String why, Duration expectedWait) {
        long seconds = Math.max(1, expectedWait.plusNanos(999_999_999).toSeconds());
        return new FuseException(
                ErrorCode.BUSY,
                why + "; try again in " + (seconds == 1 ? "a second." : seconds + " seconds."),
                Duration.ofSeconds(seconds),
                null);
    }

    public ErrorCode code() {
        return code;
    }

    /** After what time it is worth another try, in whole seconds; never null for {@code busy}, null where time is not
     * known to help. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The sentence; never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
