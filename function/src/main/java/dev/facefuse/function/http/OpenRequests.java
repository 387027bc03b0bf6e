package dev.facefuse.function.http;

import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many bodies are in memory at a time. The engine's admission decides about fusing; this decides, before a byte
 * is read, whether a request is let in at all.
 */
final class OpenRequests {
    private final Semaphore places;

    private final Engine engine;

    OpenRequests(int count, Engine engine) {
        this.places = new Semaphore(count);
        this.engine = engine;
    }

    /**
     * Takes a place; {@link #leave} gives it back. Nobody is let in whom the engine would not: that body would be read in vain.
     *
     * @throws FuseException {@code busy}
     */
    void enter() {
        engine.requireRoom();
        if (!places.tryAcquire()) {
            throw FuseException.busy("Every place is taken", engine.expectedWait());
        }
    }

    void leave() {
        places.release();
    }
}
