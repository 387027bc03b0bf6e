package dev.facefuse.function;

import dev.facefuse.engine.FacesFound;
import java.util.function.Function;

/**
 * Finds the faces of one picture, so that somebody can choose before they fuse. Keeps nothing between calls; safe for use by
 * any thread.
 */
public final class FacesFunction implements Function<FacesInput, FacesFound> {
    private final Engine engine;
    private final Storage storage;
    private final long maxPictureBytes;

    /**
     * Uses engine and storage; closing them stays the caller's business.
     *
     * @param maxPictureBytes that are read of a picture elsewhere
     */
    public FacesFunction(Engine engine, Storage storage, long maxPictureBytes) {
        this.engine = engine;
        this.storage = storage;
        this.maxPictureBytes = maxPictureBytes;
    }

    @Override
    public FacesFound apply(FacesInput input) {
        if (input.picture().uri() != null) {
            engine.requireRoom();
        }
        byte[] picture = input.picture().bytes(storage, maxPictureBytes);
        return engine.faces(picture, input.thresholdOrDefault(), Caller.listener());
    }
}
