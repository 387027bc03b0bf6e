package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import dev.facefuse.nativelib.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files in allowed folders. A link that leads out of its folder is refused. Each file is opened once, below its folder and without
 * following links, and the opened file is the one that is checked and used. A link that replaces it meanwhile has no effect.
 *
 * <p>Files have no metadata, except reports, whose text contains it. The version of a file is its time and size. If two processes create
 * the same file, one succeeds. The precondition of a version is atomic only among the threads of this process.
 */
final class LocalFiles implements WritableStore<FileLocation> {
    private final AllowedPrefixes readable;
    private final AllowedPrefixes writable;
    private final RealPath realPath;

    LocalFiles(AllowedPrefixes readable, AllowedPrefixes writable) {
        this(readable, writable, Path::toRealPath);
    }

    /**
     * Resolves links in the given way.
     *
     * @param realPath for files that exist
     */
    LocalFiles(AllowedPrefixes readable, AllowedPrefixes writable, RealPath realPath) {
        this.readable = readable;
        this.writable = writable;
        this.realPath = realPath;
    }

    /** Resolves all links of a path. */
    interface RealPath {
        Path of(Path path) throws IOException;
    }

    @Override
    public StoredObject read(FileLocation location, long maxBytes) {
        String display = location.path().toString();
        try (Held file = held(location.path(), readable.folder(location))) {
            if (Files.isDirectory(file.path())) {
                throw InputFile.directory(display);
            }
            if (!Files.isRegularFile(file.path())) {
                throw new FuseException(
                        ErrorCode.STORAGE_DENIED, location.display() + " is not a file; name a file with a picture.");
            }
            byte[] bytes = InputFile.read(file.path(), display, maxBytes);
            return new StoredObject(bytes, state(file.path(), location));
        } catch (IOException e) {
            throw InputFile.unreadable(display, e);
        }
    }

    @Override
    public Optional<StoredState> find(FileLocation location) {
        AllowedPrefixes places = readable.allow(location) ? readable : writable;
        try (Held file = held(location.path(), places.folder(location))) {
            return Optional.of(state(file.path(), location));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw InputFile.unreadable(location.path().toString(), e);
        }
    }

    @Override
    public synchronized boolean write(FileLocation location, NewObject object, WriteCondition condition) {
        try (Place place = place(location);
                OutputFile file = OutputFile.in(place.folder.path(), place.name, location.display())) {
            if (!condition.holds(place.state(location))) {
                return false;
            }
            file.prepare(object.bytes());
            return put(file, condition);
        }
    }

    /** Writes the contents of both files before it gives either its name. */
    @Override
    public synchronized boolean writeResult(
            FileLocation picture, NewObject pixels, FileLocation report, NewObject text, WriteCondition condition) {
        try (Place picturePlace = place(picture);
                Place reportPlace = place(report);
                OutputFile first = OutputFile.in(picturePlace.folder.path(), picturePlace.name, picture.display());
                OutputFile second = OutputFile.in(reportPlace.folder.path(), reportPlace.name, report.display())) {
            if (!condition.holds(reportPlace.state(report))) {
                return false;
            }
            first.prepare(pixels.bytes());
            second.prepare(text.bytes());
            boolean isNew = first.publishNew();
            if (!isNew) {
                first.publish();
            }
            boolean written = false;
            try {
                written = put(second, condition);
                return written;
            } finally {
                if (isNew && !written) {
                    picturePlace.remove();
                }
            }
        }
    }

    private static boolean put(OutputFile file, WriteCondition condition) {
        if (condition instanceof WriteCondition.Absent) {
            return file.publishNew();
        }
        file.publish();
        return true;
    }

    /** Removes the temporary files that killed processes left in writable folders. */
    void removeTemporaryFiles() {
        writable.folders().forEach(TemporaryFiles::removeLeftBelow);
    }

    @Override
    public void remove(FileLocation location) {
        try (Place place = place(location)) {
            place.remove();
        }
    }

    /** Opens the file that a path leads to, if that is in the folder. */
    private Held held(Path path, Path folder) throws IOException {
        Path root = folder.toRealPath();
        Path real = realPath.of(path);
        requireInside(real, root, path);
        return new Held(root, root.relativize(real));
    }

    /** Opens the folder to write to, if it is in the allowed folder. If the file is a link, its target is written. */
    private Place place(FileLocation location) {
        Path path = location.path();
        try {
            Path root = writable.folder(location).toRealPath();
            Path parent = Objects.requireNonNullElse(path.getParent(), root);
            Path real = Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    ? realPath.of(path)
                    : realPath.of(parent).resolve(path.getFileName());
            requireInside(real, root, path);
            Path folder = Objects.requireNonNullElse(real.getParent(), root);
            if (!folder.startsWith(root)) {
                throw new FuseException(
                        ErrorCode.STORAGE_DENIED, location.display() + " is a directory; name a file in it.");
            }
            return new Place(new Held(root, root.relativize(folder)), real.getFileName());
        } catch (NoSuchFileException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_NOT_FOUND,
                    "The folder of " + location.display() + " does not exist; make it first.",
                    e);
        } catch (IOException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    location.display() + " cannot be written (" + Reasons.of(e) + "); name another place.",
                    e);
        }
    }

    private static void requireInside(Path real, Path root, Path path) {
        if (!real.startsWith(root)) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED, path.toUri() + " leads out of the folder that is allowed; name another.");
        }
    }

    private static StoredState state(Path path, FileLocation location) throws IOException {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        String etag = Long.toHexString(file.lastModifiedTime().toMillis()) + "-" + Long.toHexString(file.size());
        boolean isReport = file.isRegularFile() && location.path().toString().endsWith(".json");
        return new StoredState(etag, isReport ? ReportFile.metadata(path) : Map.of());
    }

    /** A file or folder below a folder, kept open where the system supports that; elsewhere its path. */
    private static final class Held implements AutoCloseable {
        private final Path path;
        private final @Nullable OpenFile open;

        Held(Path root, Path relative) throws IOException {
            open = OpenFile.isSupported() ? OpenFile.beneath(root, relative) : null;
            path = open == null ? root.resolve(relative) : open.path();
        }

        Path path() {
            return path;
        }

        @Override
        public void close() {
            if (open != null) {
                open.close();
            }
        }
    }

    /** A name in an open folder. */
    private record Place(Held folder, Path name) implements AutoCloseable {
        Optional<StoredState> state(FileLocation location) {
            try (Held file = new Held(folder.path(), name)) {
                return Optional.of(LocalFiles.state(file.path(), location));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw InputFile.unreadable(location.path().toString(), e);
            }
        }

        void remove() {
            try {
                Files.deleteIfExists(folder.path().resolve(name));
            } catch (IOException e) {
                throw InputFile.unreadable(name.toString(), e);
            }
        }

        @Override
        public void close() {
            folder.close();
        }
    }
}
