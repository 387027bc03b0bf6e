package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears complete or not at all. It is written without a name where the file system supports that, so a killed process
 * leaves nothing behind; elsewhere it is written to a temporary file in the same folder (see {@link TemporaryFiles}). Opening it checks,
 * before any work is done, that the folder is writable. Closing it without a {@link #write} leaves nothing.
 *
 * <pre>{@code
 * try (OutputFile file = OutputFile.open(Path.of("out.jpg"))) {
 *     file.write(hardWork());
 * }
 * }</pre>
 */
public final class OutputFile implements AutoCloseable {
    /** Files to close at Ctrl-C, which unwinds no stack. A server's files are not included: requests that end during the shutdown need them. */
    private static final Set<OutputFile> AT_TERMINAL = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> AT_TERMINAL.forEach(OutputFile::close), "facefuse-cleaner"));
        } catch (IllegalStateException e) {
            // The process is stopping already; remaining files are removed at its next start.
        }
    }

    private final Path target;
    private final String display;
    private final @Nullable OpenFile unnamed;
    private final TemporaryFiles.@Nullable Named named;

    private OutputFile(Path target, String display, @Nullable OpenFile unnamed, TemporaryFiles.@Nullable Named named) {
        this.target = target;
        this.display = display;
        this.unnamed = unnamed;
        this.named = named;
    }

    /**
     * Opens a file at a path; a link in its place stays a link.
     *
     * @throws FuseException {@code storage-not-found} if the folder does not exist, {@code storage-denied} if it or the file
     *     may not be written
     */
    public static OutputFile open(Path path) {
        Path target = path.toAbsolutePath();
        try {
            target = target.toRealPath();
        } catch (IOException e) {
            // The file does not exist yet, or its folder has an error that is found below.
        }
        Path folder = target.getParent();
        if (folder == null) {
            throw denied(path.toString(), "is a directory; name a file in it");
        }
        OutputFile file = in(folder, target.getFileName(), path.toString());
        AT_TERMINAL.add(file);
        return file;
    }

    /**
     * Opens a file in a folder.
     *
     * @param folder where to write; it is resolved each time, so it may be the path of an open folder
     * @param name of the file; a link in its place is replaced
     * @param display the name of the file in errors
     * @throws FuseException as {@link #open}
     */
    static OutputFile in(Path folder, Path name, String display) {
        Path target = folder.resolve(name);
        try {
            requireReplaceable(target, display);
            TemporaryFiles.removeLeft(folder);
            OpenFile unnamed = OpenFile.isSupported() ? OpenFile.unnamed(folder) : null;
            return new OutputFile(
                    target, display, unnamed, unnamed == null ? TemporaryFiles.Named.create(folder) : null);
        } catch (NoSuchFileException e) {
            if (Files.notExists(folder)) {
                throw new FuseException(
                        ErrorCode.STORAGE_NOT_FOUND, "The folder of " + display + " does not exist; make it first.", e);
            }
            throw denied(display, "cannot be written (its folder takes no files); name another place", e);
        } catch (IOException e) {
            throw denied(
                    display,
                    "cannot be written (" + Reasons.of(e)
                            + "); name another place or give this user the right to write there",
                    e);
        }
    }

    private static void requireReplaceable(Path target, String display) throws IOException {
        BasicFileAttributes there;
        try {
            there = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return;
        }
        if (there.isDirectory()) {
            throw denied(display, "is a directory; name a file in it");
        }
        if (there.isOther()) {
            throw denied(display, "is not a file; name another");
        }
        if (there.isRegularFile() && !Files.isWritable(target)) {
            throw denied(display, "is read-only; name another or give this user the right to write it");
        }
    }

    /**
     * Writes the file and gives it its name.
     *
     * @throws FuseException {@code storage-denied}, for example on a full disk; an older file of that name is unchanged
     */
    public void write(byte[] bytes) {
        prepare(bytes);
        publish();
    }

    /**
     * Writes the bytes to the disk. After this the file only lacks its name.
     *
     * @throws FuseException as {@link #write}
     */
    public void prepare(byte[] bytes) {
        try (FileChannel channel = FileChannel.open(written(), StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(
                    true); // Before the file gets its name: after a crash the name must not belong to an empty file.
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /**
     * Gives the prepared file its name; an older file of that name is replaced.
     *
     * @throws FuseException as {@link #write}
     */
    public void publish() {
        try {
            if (unnamed == null) {
                Files.move(written(), target, StandardCopyOption.ATOMIC_MOVE);
            } else if (!linked(unnamed)) {
                try (TemporaryFiles.Named aside = TemporaryFiles.Named.link(unnamed, folder())) {
                    Files.move(aside.path(), target, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /**
     * Gives the prepared file its name if no file has it. If two processes do so at once, one succeeds.
     *
     * @return false if another file has the name; it is unchanged
     * @throws FuseException as {@link #write}
     */
    boolean publishNew() {
        try {
            if (unnamed != null) {
                return linked(unnamed);
            }
            Files.createLink(target, written());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            publish();
            return true;
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    private boolean linked(OpenFile file) throws IOException {
        try {
            file.link(target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private Path folder() {
        return Objects.requireNonNull(target.getParent());
    }

    private Path written() {
        return unnamed != null ? unnamed.path() : Objects.requireNonNull(named).path();
    }

    @Override
    public void close() {
        AT_TERMINAL.remove(this);
        if (unnamed != null) {
            unnamed.close();
        }
        if (named != null) {
            named.close();
        }
    }

    private FuseException notWritten(IOException e) {
        return denied(display, "cannot be written (" + Reasons.of(e) + "); free some space or name another place", e);
    }

    private static FuseException denied(String display, String why) {
        return new FuseException(ErrorCode.STORAGE_DENIED, display + " " + why + ".");
    }

    private static FuseException denied(String display, String why, IOException cause) {
        return new FuseException(ErrorCode.STORAGE_DENIED, display + " " + why + ".", cause);
    }
}
