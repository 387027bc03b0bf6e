package dev.facefuse.function.events;

import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The end of an event's time. Between uploads it is checked, together with the caller's connection; as a fusion's listener it ends
 * the fusion that runs when the time is over.
 */
final class Deadline implements ProgressListener {
    private final Duration time;
    private final LongSupplier nanoTime;
    private final long end;
    private final ProgressListener caller;

    /**
     * Begins now.
     *
     * @param nanoTime as {@link System#nanoTime()}
     * @param caller told of all stages
     */
    Deadline(Duration time, LongSupplier nanoTime, ProgressListener caller) {
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
        if (caller.gone()) {
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
        caller.onStage(stage, index, count);
    }

    @Override
    public void onStageDone(Report.Stage stage) {
        caller.onStageDone(stage);
    }

    @Override
    public boolean gone() {
        return isOver() || caller.gone();
    }
}
