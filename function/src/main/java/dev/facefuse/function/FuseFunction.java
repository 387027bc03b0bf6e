package dev.facefuse.function;

import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import java.util.function.Function;

/**
 * The function: translates, calls the engine, translates back. Keeps nothing between calls; safe for use by any thread.
 *
 * <p>Every error is a {@link dev.facefuse.engine.problem.FuseException}; the doors (HTTP, later Lambda and events) give it
 * their own shape.
 */
public final class FuseFunction implements Function<FuseInput, FuseOutput> {
    private final Engine engine;

    /** Uses the engine; closing it stays the caller's business. */
    public FuseFunction(Engine engine) {
        this.engine = engine;
    }

    @Override
    public FuseOutput apply(FuseInput input) {
        FuseRequest request = new FuseRequest(
                input.template().bytes(), input.user().bytes(), input.options().toEngine());
        FuseResult result = engine.fuse(request, Caller.listener());
        return new FuseOutput(
                new FuseOutput.Picture(result.picture(), result.format().mediaType()), result.report());
    }
}
