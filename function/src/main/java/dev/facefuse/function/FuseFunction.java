package dev.facefuse.function;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.picture.PictureFormat;
import java.util.function.Function;

/**
 * The function: reads pictures from the storage, calls the engine, and returns or stores the result. It keeps no state between
 * calls and is thread-safe.
 *
 * <p>Every error is a {@link dev.facefuse.engine.problem.FuseException}, which each entry point presents in its own way.
 */
public final class FuseFunction implements Function<FuseInput, FuseOutput> {
    private final Engine engine;
    private final Storage storage;
    private final FuseJson json;
    private final FusionTracing tracing;

    /** Traces nothing; else as the other. */
    public FuseFunction(Engine engine, Storage storage, FuseJson json) {
        this(engine, storage, json, FusionTracing.NONE);
    }

    /**
     * Uses engine, storage and tracing; closing them stays the caller's business.
     *
     * @param json the reports', and what it says of a picture's size
     */
    public FuseFunction(Engine engine, Storage storage, FuseJson json, FusionTracing tracing) {
        this.engine = engine;
        this.storage = storage;
        this.json = json;
        this.tracing = tracing;
    }

    @Override
    public FuseOutput apply(FuseInput input) {
        return tracing.follow(Caller.listener(), listener -> fuse(input, listener));
    }

    private FuseOutput fuse(FuseInput input, ProgressListener listener) {
        FuseOptionsInput options = options(input);
        String to = input.output() == null ? null : input.output().uri();
        FuseOptions wanted = options.toEngine();
        ResultDestination destination = to == null ? null : ResultDestination.check(to, storage);
        FuseResult result = engine.fuse(request(input, wanted), listener);
        return to == null || destination == null ? returned(result) : stored(result, destination, to);
    }

    /** What can be refused is refused before anything is fetched. */
    private FuseRequest request(FuseInput input, FuseOptions wanted) {
        if (input.template().uri() != null || input.user().uri() != null) {
            engine.requireRoom();
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
