package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;

/**
 * Files in allowed folders. A link that leads out of its folder is refused. Files keep no metadata; their version is their time
 * and size. Conditions hold among the threads of one process only.
 */
final class LocalFiles implements WritableStore<FileLocation> {
    private final Places readable;
    private final Places writable;

    LocalFiles(Places readable, Places writable) {
        this.readable = readable;
        this.writable = writable;
    }

    @Override
    public StoredObject read(FileLocation location, long maxBytes) {
        requireInside(location.path(), readable.folder(location));
        byte[] bytes = InputFile.read(location.path(), maxBytes);
        return new StoredObject(bytes, state(location.path()).orElseGet(() -> new StoredState("", Map.of())));
    }

    @Override
    public Optional<StoredState> find(FileLocation location) {
        Places places = readable.allow(location) ? readable : writable;
        requireInside(location.path(), places.folder(location));
        return state(location.path());
    }

    @Override
    public synchronized boolean write(FileLocation location, NewObject object, Condition condition) {
        Path path = location.path();
        Path folder = writable.folder(location);
        requireInside(path, folder);
        Path parent = path.getParent();
        if (parent != null) {
            requireInside(parent, folder);
        }
        if (!condition.holds(state(path))) {
            return false;
        }
        try (OutputFile file = OutputFile.open(path)) {
            file.write(object.bytes());
        }
        return true;
    }

    private static Optional<StoredState> state(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new StoredState(
                    Long.toHexString(file.lastModifiedTime().toMillis()) + "-" + Long.toHexString(file.size()),
                    Map.of()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Follows links, of the file as of its folders; what is not there leads nowhere. */
    private static void requireInside(Path path, Path folder) {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && !path.toRealPath().startsWith(folder.toRealPath())) {
                throw new FuseException(
                        ErrorCode.STORAGE_DENIED,
                        path.toUri() + " leads out of the folder that is allowed; name another.");
            }
        } catch (IOException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_NOT_FOUND, path.toUri() + " cannot be followed to its end; name another.", e);
        }
    }
}
