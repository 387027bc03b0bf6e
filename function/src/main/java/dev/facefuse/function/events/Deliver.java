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

    private Deliver() {}

    /** Writes both; empty if another worker wrote meanwhile, else where the picture is. */
    static Optional<String> picture(FuseOutput output, Sources sources, Results there, Storage storage, FuseJson json) {
        String extension = output.report().output().format();
        Map<String, String> metadata = new HashMap<>(ResultMetadata.of(output.report()));
        metadata.putAll(sources.versions());
        metadata.put(Finished.PICTURE, extension);
        String uri = there.pictureUri(extension);
        Optional<StoredState> before = storage.find(uri);
        boolean written = before.filter(sources::made).isPresent()
                || Results.put(
                        storage,
                        uri,
                        before,
                        new NewObject(output.picture().bytes(), output.picture().mediaType(), metadata));
        return written
                        && Results.put(
                                storage,
                                there.reportUri(),
                                there.report(),
                                json.reportObject(output.report(), metadata))
                ? Optional.of(uri)
                : Optional.empty();
    }
}
