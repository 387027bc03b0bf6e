package dev.facefuse.function.cli;

import dev.facefuse.function.NewObject;
import dev.facefuse.function.Storage;
import dev.facefuse.function.storage.OutputFile;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file or object for a result. It is opened before the fusion and published after it. */
interface Output extends AutoCloseable {

    /**
     * Opens an output. A file's folder and rights are checked now; those of an object when it is written.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code storage-not-found}, {@code storage-denied}
     */
    static Output open(FileOrUri named, Storage storage) {
        Path path = named.path();
        return path == null ? object(Objects.requireNonNull(named.uri()), storage) : file(OutputFile.open(path));
    }

    /**
     * Writes a file without its name, so that a full disk fails before anything is visible. Keeps an object for {@link #publish}.
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
