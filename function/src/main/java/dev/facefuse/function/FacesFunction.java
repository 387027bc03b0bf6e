package dev.facefuse.function;

import dev.facefuse.engine.FacesFound;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.RequestContext;
import java.util.function.BiFunction;

/**
 * Finds the faces of one picture, so that a caller can choose one before fusing. Keeps nothing between calls; safe for use by any
 * thread.
 */
public final class FacesFunction implements BiFunction<FacesInput, RequestContext, FacesFound> {
    private final FuseEngine engine;
    private final Storage storage;
    private final long maxPictureBytes;

    /**
     * Uses engine and storage without closing them.
     *
     * @param maxPictureBytes largest picture that is read from storage
     */
    public FacesFunction(FuseEngine engine, Storage storage, long maxPictureBytes) {
        this.engine = engine;
        this.storage = storage;
        this.maxPictureBytes = maxPictureBytes;
    }

    @Override
    public FacesFound apply(FacesInput input, RequestContext context) {
        if (input.picture().uri() != null) {
            engine.checkCapacity();
        }
        byte[] picture = input.picture().bytes(storage, maxPictureBytes);
        return engine.faces(picture, input.thresholdOrDefault(), context);
    }
}
