package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * So many fusions at a time on a device; so many callers wait, no longer than a deadline, first come first served; everybody
 * else is told at once when to come back. Has no thread of its own: whoever waits does so in {@link #enter}.
 *
 * <pre>{@code
 * try (Admission.Permit permit = admission.enter()) {
 *     // fuse
 * }
 * }</pre>
 *
 * <p>When to come back is the mean time for which permits were held lately, times those who are inside or wait, divided by
 * the permits.
 */
public final class Admission {
    /** Before anything is measured: a fusion takes well under this on most devices, the first one after a start about this. */
    private static final Duration FIRST_GUESS = Duration.ofSeconds(1);

    /** How often one who waits is asked whether somebody still wants the result. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AdmissionSettings settings;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turns = lock.newCondition();

    // Guarded by lock.
    private final WaitingLine line;
    private final MeanDuration held = new MeanDuration(FIRST_GUESS);

    /** An admission with all permits free. */
    public Admission(AdmissionSettings settings) {
        this(settings, System::nanoTime);
    }

    /**
     * The same, by another clock.
     *
     * @param nanoTime as {@link System#nanoTime()}: any origin, never back
     */
    Admission(AdmissionSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.line = new WaitingLine(settings.permits(), settings.queue());
    }

    /**
     * Takes a permit, if need be after waiting for it; closing it gives it back.
     *
     * @throws FuseException as {@link #enter(BooleanSupplier)}
     */
    public Permit enter() {
        return enter(() -> false);
    }

    /**
     * Takes a permit, if need be after waiting for it; closing it gives it back. Who leaves without one, for whatever reason,
     * leaves no trace.
     *
     * @param gone whether nobody wants the result any more; asked on this thread while it waits, at once and then every tenth
     *     of a second. What it throws ends the wait
     * @throws FuseException {@code busy}, with the time to come back after, if all places are taken, the longest wait is over,
     *     {@code gone} says so, or the thread is interrupted while it waits (it stays interrupted)
     */
    public Permit enter(BooleanSupplier gone) {
        WaitingLine.Place place = join();
        try {
            waitForTurn(place, gone);
            return new Permit(place);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal(place, "The wait for a turn was interrupted");
        } catch (RuntimeException | Error e) {
            leave(place);
            throw e;
        }
    }

    /**
     * Refuses as {@link #enter} would, and takes nothing: for a door, before it reads what it might have to throw away.
     *
     * @throws FuseException {@code busy}, if all places are taken now
     */
    public void requireRoom() {
        lock.lock();
        try {
            if (line.isFull()) {
                throw FuseException.busy(everyPlaceIsTaken(), expectedWait());
            }
        } finally {
            lock.unlock();
        }
    }

    private WaitingLine.Place join() {
        lock.lock();
        try {
            WaitingLine.@Nullable Place place = line.join();
            if (place == null) {
                throw FuseException.busy(everyPlaceIsTaken(), expectedWait());
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    private void waitForTurn(WaitingLine.Place place, BooleanSupplier gone) throws InterruptedException {
        if (isInside(place)) {
            return;
        }
        long deadline = nanoTime.getAsLong() + settings.maxWait().toNanos();
        do {
            if (gone.getAsBoolean()) { // Not under the lock: it may take its time.
                throw refusal(place, "The caller went away before its turn");
            }
        } while (!waitAWhile(place, deadline));
    }

    /** Whether the turn came. */
    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    private boolean waitAWhile(WaitingLine.Place place, long deadline) throws InterruptedException {
        lock.lock();
        try {
            if (!place.isInside()) {
                long left = deadline - nanoTime.getAsLong();
                if (left <= 0) {
                    throw refusal(place, "No turn came within " + AdmissionSettings.seconds(settings.maxWait()));
                }
                turns.awaitNanos(Math.min(left, ASK_AGAIN_NANOS));
            }
            return place.isInside();
        } finally {
            lock.unlock();
        }
    }

    private boolean isInside(WaitingLine.Place place) {
        lock.lock();
        try {
            return place.isInside();
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place up; whether it was inside. */
    private boolean leave(WaitingLine.Place place) {
        lock.lock();
        try {
            boolean wasInside = line.leave(place);
            if (wasInside) {
                turns.signalAll();
            }
            return wasInside;
        } finally {
            lock.unlock();
        }
    }

    private void leave(WaitingLine.Place place, long heldNanos) {
        lock.lock();
        try {
            if (leave(place)) {
                held.add(heldNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How long one who comes now would wait for a turn, if everybody before him takes as long as others did lately. */
    public Duration expectedWait() {
        lock.lock();
        try {
            return held.times((double) (line.inside() + line.waiting()) / settings.permits());
        } finally {
            lock.unlock();
        }
    }

    /** Who is inside and who waits now. */
    public Occupancy occupancy() {
        lock.lock();
        try {
            return new Occupancy(settings.permits(), line.inside(), settings.queue(), line.waiting());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Places, and how many are taken.
     *
     * @param permits fusions at a time
     * @param inside permits that are held
     * @param queue callers that may wait
     * @param waiting callers that wait
     */
    public record Occupancy(int permits, int inside, int queue, int waiting) {}

    /** Gives the place up first: whoever comes back waits for the others only. */
    private FuseException refusal(WaitingLine.Place place, String why) {
        leave(place);
        return FuseException.busy(why, expectedWait());
    }

    private String everyPlaceIsTaken() {
        String fusions = settings.permits() == 1
                ? "Another fusion is under way"
                : "All " + settings.permits() + " fusions that run at a time are under way";
        return settings.queue() == 0 ? fusions : fusions + ", with " + settings.queue() + " waiting";
    }

    /** The right to fuse once. */
    public final class Permit implements AutoCloseable {
        private final WaitingLine.Place place;
        private final long since = nanoTime.getAsLong();

        private Permit(WaitingLine.Place place) {
            this.place = place;
        }

        /** Gives the permit back to the first in line; a second close does nothing. */
        @Override
        public void close() {
            leave(place, nanoTime.getAsLong() - since);
        }
    }
}
