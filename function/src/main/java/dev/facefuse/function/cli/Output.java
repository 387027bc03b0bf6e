package dev.facefuse.function.cli;

import dev.facefuse.function.NewObject;
import dev.facefuse.function.Storage;
import dev.facefuse.function.storage.OutputFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A place that an option names for a result, taken before the work and filled after it. */
interface Output extends AutoCloseable {

    /**
     * Takes the place. Whether a file can be written is proved; of an object it is found out when it is.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code storage-not-found}, {@code storage-denied}
     */
    static Output open(FileOrUri named, Storage storage) {
        Path path = named.path();
        return path == null ? object(Objects.requireNonNull(named.uri()), storage) : file(OutputFile.open(path));
    }

    /**
     * Writes a file but for its name, so that a full disk is found out before anything appears. Keeps an object for {@link #publish}.
     */
    void prepare(NewObject object);

    /** Publishes the prepared file or object. */
    void publish();

    @Override
    void close();

    private static Output file(OutputFile file) {
        return new Output() {
            @Override
            public void prepare(NewObject object) {
                file.prepare(object.bytes());
            }

            @Override
            public void publish() {
                file.publish();
            }

            @Override
            public void close() {
                file.close();
            }
        };
    }

    private static Output object(String uri, Storage storage) {
        storage.requireWritable(uri);
        return new Output() {
            private @Nullable NewObject prepared;

            @Override
            public void prepare(NewObject object) {
                prepared = object;
            }

            @Override
            public void publish() {
                storage.write(uri, Objects.requireNonNull(prepared));
            }

            @Override
            public void close() {}
        };
    }
}
