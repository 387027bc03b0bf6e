package dev.facefuse.function;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.picture.PictureFormat;
import java.util.function.Function;

/**
 * The function: reads pictures from the storage, calls the engine, and returns or stores the result. It keeps no state between
 * calls and is thread-safe.
 *
 * <p>Every error is a {@link dev.facefuse.engine.problem.FuseException}, which each entry point presents in its own way.
 */
public final class FuseFunction implements Function<FuseInput, FuseOutput> {
    private final FuseEngine engine;
    private final Storage storage;
    private final FuseJson json;
    private final FusionTracing tracing;

    /** A function without tracing. */
    public FuseFunction(FuseEngine engine, Storage storage, FuseJson json) {
        this(engine, storage, json, FusionTracing.NONE);
    }

    /**
     * Uses engine, storage and tracing without closing them.
     *
     * @param json writes the reports; its limit is the largest picture that is read
     */
    public FuseFunction(FuseEngine engine, Storage storage, FuseJson json, FusionTracing tracing) {
        this.engine = engine;
        this.storage = storage;
        this.json = json;
        this.tracing = tracing;
    }

    /** Fuses with the log fields of the calling thread, without progress or cancellation. */
    @Override
    public FuseOutput apply(FuseInput input) {
        return apply(input, RequestContext.fromMdc());
    }

    /** Fuses, reports progress to the context, and stops waiting when the context is cancelled. */
    public FuseOutput apply(FuseInput input, RequestContext context) {
        return tracing.follow(context, traced -> fuse(input, traced));
    }

    private FuseOutput fuse(FuseInput input, RequestContext context) {
        FuseOptionsInput options = options(input);
        String to = input.output() == null ? null : input.output().uri();
        FuseOptions wanted = options.toEngine();
        ResultDestination destination = to == null ? null : ResultDestination.check(to, storage);
        FuseResult result = engine.fuse(request(input, wanted), context);
        return to == null || destination == null ? returned(result) : stored(result, destination, to);
    }

    /** Rejects before fetching anything if the engine is busy. */
    private FuseRequest request(FuseInput input, FuseOptions wanted) {
        if (input.template().uri() != null || input.user().uri() != null) {
            engine.checkCapacity();
        }
        long maxBytes = json.maxPictureBytes();
        return new FuseRequest(
                input.template().bytes(storage, maxBytes), input.user().bytes(storage, maxBytes), wanted);
    }

    private static FuseOptionsInput options(FuseInput input) {
        FuseInput.Output output = input.output();
        PictureFormat format = output == null ? null : output.format();
        return format == null || input.options().get(FuseOptionCatalog.FORMAT) != null
                ? input.options()
                : input.options().withFormat(format);
    }

    private static FuseOutput returned(FuseResult result) {
        return new FuseOutput(
                new FuseOutput.Picture(result.picture(), result.format().mediaType(), null), result.report());
    }

    private FuseOutput stored(FuseResult result, ResultDestination destination, String to) {
        NewObject picture = destination.write(result, json);
        return new FuseOutput(new FuseOutput.Picture(null, picture.mediaType(), to), result.report());
    }
}
