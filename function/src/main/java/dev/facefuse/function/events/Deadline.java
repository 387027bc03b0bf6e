package dev.facefuse.function.events;

import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The deadline of an event. It is checked between uploads, together with the caller's cancellation, and before each stage of a
 * fusion; it also cancels a fusion that waits.
 */
final class Deadline implements ProgressListener {
    private final Duration time;
    private final LongSupplier nanoTime;
    private final long end;
    private final RequestContext caller;

    /**
     * Begins now.
     *
     * @param nanoTime as {@link System#nanoTime()}
     * @param caller is told of all stages
     */
    Deadline(Duration time, LongSupplier nanoTime, RequestContext caller) {
        this.time = time;
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + time.toNanos();
        this.caller = caller;
    }

    /**
     * Ends the event before its next upload.
     *
     * @throws FuseException {@code timeout} after the deadline, or if the caller has disconnected
     */
    void check(EventTally tally) {
        if (isOver()) {
            throw over(" after " + tally.progress());
        }
        if (caller.isCancelled()) {
            throw new FuseException(
                    ErrorCode.TIMEOUT,
                    "The caller disconnected after " + tally.progress() + "; send the event again for the others.");
        }
    }

    private boolean isOver() {
        return nanoTime.getAsLong() - end >= 0;
    }

    private FuseException over(String after) {
        return new FuseException(
                ErrorCode.TIMEOUT,
                "The event's " + time.toSeconds() + " s were over" + after
                        + "; send it again for the others, or raise facefuse.events.deadline.");
    }

    @Override
    public void onStage(String stage, int index, int count) {
        if (isOver()) {
            throw over(" before " + stage);
        }
        caller.progress().onStage(stage, index, count);
    }

    @Override
    public void onStageDone(Report.Stage stage) {
        caller.progress().onStageDone(stage);
    }

    /** The context of the event's fusions. */
    RequestContext context() {
        return caller.withProgress(this).cancelledWhen(() -> isOver() || caller.isCancelled());
    }
}
