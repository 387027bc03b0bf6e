package dev.facefuse.engine.execution;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;

/**
 * Limits of a {@link FusionExecutor}.
 *
 * @param permits fusions that may run at a time, 1 … 64
 * @param queue callers that may wait for a permit, 0 … 256
 * @param maxWait longest time that a caller waits, up to an hour; zero if and only if {@code queue} is 0
 */
public record AdmissionSettings(int permits, int queue, Duration maxWait) {
    private static final int MOST_PERMITS = 64;
    private static final int LONGEST_QUEUE = 256;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** One fusion at a time and no queue. */
    public static final AdmissionSettings DEFAULT = new AdmissionSettings(1, 0, Duration.ZERO);

    public AdmissionSettings {
        require(
                permits >= 1 && permits <= MOST_PERMITS,
                "admission.permits is " + permits + "; it must be between 1 and " + MOST_PERMITS + ".");
        require(
                queue >= 0 && queue <= LONGEST_QUEUE,
                "admission.queue is " + queue + "; it must be between 0 and " + LONGEST_QUEUE + ".");
        require(
                !maxWait.isNegative() && maxWait.compareTo(LONGEST_WAIT) <= 0,
                "admission.max-wait is " + seconds(maxWait) + "; it must be between 0s and " + seconds(LONGEST_WAIT)
                        + ".");
        require(
                queue == 0 || !maxWait.isZero(),
                "admission.queue is " + queue
                        + " but admission.max-wait is 0s, so nobody would wait; set both or none.");
        require(
                queue > 0 || maxWait.isZero(),
                "admission.max-wait is " + seconds(maxWait)
                        + " but admission.queue is 0, so nobody could wait; set both or none.");
    }

    /** {@code 1.5s}. */
    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() / 1000.0 + "s";
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new FuseException(ErrorCode.BAD_REQUEST, sentence);
        }
    }
}
