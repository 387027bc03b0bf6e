package dev.facefuse.function.events;

import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.ResultMetadata;
import dev.facefuse.function.Storage;
import dev.facefuse.function.StoredState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Puts a picture and then its report in their places, if nobody else does. */
final class Deliver {
    private final Storage storage;
    private final FuseJson json;

    Deliver(Storage storage, FuseJson json) {
        this.storage = storage;
        this.json = json;
    }

    /** Writes both; empty if another worker wrote meanwhile, else where the picture is. */
    Optional<String> picture(FuseOutput output, Sources sources, Results there) {
        String extension = output.report().output().format();
        Map<String, String> metadata = new HashMap<>(ResultMetadata.of(output.report()));
        metadata.putAll(sources.versions());
        metadata.put(ResultMetadata.PICTURE, extension);
        String uri = there.pictureUri(extension);
        NewObject picture =
                new NewObject(output.picture().bytes(), output.picture().mediaType(), metadata);
        NewObject report = json.reportObject(output.report(), metadata);
        boolean delivered =
                written(uri, picture, sources) && Results.put(storage, there.reportUri(), there.report(), report);
        return delivered ? Optional.of(uri) : Optional.empty();
    }

    /** The same sources make the same picture: one that is there already, or by now, is as good. */
    private boolean written(String uri, NewObject picture, Sources sources) {
        Optional<StoredState> before = storage.find(uri);
        Results.requireOwn(uri, before);
        return before.filter(sources::made).isPresent()
                || Results.put(storage, uri, before, picture)
                || storage.find(uri).filter(sources::made).isPresent();
    }
}
