package dev.facefuse.function.http;

import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds how many bodies are in memory at a time. The engine's admission decides about fusing; this decides, before a byte
 * is read, whether a request is let in at all.
 */
final class OpenRequests {
    private final Semaphore places;

    private final Supplier<Duration> expectedWait;

    /**
     * With all places free.
     *
     * @param expectedWait how long those who are fused, or wait for it, will take
     */
    OpenRequests(int count, Supplier<Duration> expectedWait) {
        this.places = new Semaphore(count);
        this.expectedWait = expectedWait;
    }

    /**
     * Takes a place; {@link #leave} gives it back.
     *
     * @throws FuseException {@code busy}
     */
    void enter() {
        if (!places.tryAcquire()) {
            throw FuseException.busy("Every place is taken", expectedWait.get());
        }
    }

    void leave() {
        places.release();
    }
}
