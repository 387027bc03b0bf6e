package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.Semaphore;

/** So many fusions at a time and no queue: who finds no permit is told at once, and nothing piles up. */
public final class Admission {
    private final Semaphore permits;

    /**
     * An admission with all permits free.
     *
     * @param permits at least 1
     */
    public Admission(int permits) {
        if (permits < 1) {
            throw new FuseException(ErrorCode.BAD_REQUEST, "permits is " + permits + "; it must be at least 1.");
        }
        this.permits = new Semaphore(permits);
    }

    /**
     * Takes a permit; closing it gives it back.
     *
     * @throws FuseException {@code busy} if all are taken
     */
    public Permit enter() {
        if (!permits.tryAcquire()) {
            throw new FuseException(
                    ErrorCode.BUSY, "Another fusion is under way and nothing is queued here; try again in a second.");
        }
        return new Permit(permits);
    }

    /** The right to fuse once. */
    public static final class Permit implements AutoCloseable {
        private final Semaphore permits;
        private boolean open = true;

        private Permit(Semaphore permits) {
            this.permits = permits;
        }

        /** Gives the permit back; a second close does nothing. */
        @Override
        public void close() {
            if (open) {
                open = false;
                permits.release();
            }
        }
    }
}
