package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many bodies are in memory at a time. The engine's admission decides about fusing; this decides, before a byte
 * is read, whether a request is let in at all.
 */
final class OpenRequests {
    private final Semaphore places;

    OpenRequests(int count) {
        this.places = new Semaphore(count);
    }

    /**
     * Takes a place; {@link #leave} gives it back.
     *
     * @throws FuseException {@code busy}
     */
    void enter() {
        if (!places.tryAcquire()) {
            throw new FuseException(ErrorCode.BUSY, "Every place is taken; come back in a second.");
        }
    }

    void leave() {
        places.release();
    }
}
