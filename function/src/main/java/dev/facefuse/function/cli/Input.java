package dev.facefuse.function.cli;

import dev.facefuse.function.Storage;
import dev.facefuse.function.storage.InputFile;
import java.nio.file.Path;
import java.util.Objects;

/** A picture that an option names, read whole but never beyond a limit. */
final class Input {

    private Input() {}

    /**
     * Reads it.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code storage-not-found}, {@code storage-denied},
     *     {@code picture-too-large}, {@code timeout}
     */
    static byte[] read(FileOrUri named, Storage storage, long maxBytes) {
        Path path = named.path();
        return path != null
                ? InputFile.read(path, maxBytes)
                : storage.read(Objects.requireNonNull(named.uri()), maxBytes).bytes();
    }
}
