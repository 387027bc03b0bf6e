package dev.facefuse.engine;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * The engine: opened once, used from any thread, closed at the end. Holds the loaded models and nothing else between calls;
 * the same request gives the same bytes on the same device.
 */
public final class FuseEngine implements AutoCloseable {
    private final EngineInfo info =
            new EngineInfo("", "", "", "", false, 0, false, 0, "", "", java.util.List.of(), 0, 0);

    private FuseEngine() {}

    /**
     * Loads libtorch and the pack.
     *
     * @throws FuseException {@code pack-invalid} if the pack does not hold, {@code bad-request} for an unknown device
     */
    public static FuseEngine open(EngineSettings settings) {
        return new FuseEngine();
    }

    /** Fuses without telling anyone about progress. */
    public FuseResult fuse(FuseRequest request) {
        return fuse(request, ProgressListener.NONE);
    }

    /**
     * Fuses the user's face into the template.
     *
     * @throws FuseException every error of {@link ErrorCode} that a picture, a face or memory can cause
     */
    public FuseResult fuse(FuseRequest request, ProgressListener progress) {
        progress.onStage("", 0, 0);
        return fuse(request);
    }

    /** What this engine runs on. */
    public EngineInfo info() {
        return info;
    }

    @Override
    public void close() {}
}
