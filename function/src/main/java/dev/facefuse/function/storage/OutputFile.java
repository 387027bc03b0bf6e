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
 * A file that appears whole or not at all. It is written without a name, where the file system can do that, so that a process that
 * is killed leaves nothing behind; elsewhere it is written beside its place (see {@link TemporaryFiles}). Opening it proves that the
 * folder can be written, before any work is done; closing it without a {@link #write} leaves nothing.
 *
 * <pre>{@code
 * try (OutputFile file = OutputFile.open(Path.of("out.jpg"))) {
 *     file.write(hardWork());
 * }
 * }</pre>
 */
public final class OutputFile implements AutoCloseable {
    /** Closed at Ctrl-C, which unwinds no stack. A server's files are not among them: a request that ends during the stop needs them. */
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
            // There is nothing yet, or its folder's fault is found below.
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
     * @param folder where to write; it is looked up each time, so that it may lead to a folder that is held open
     * @param name of the file; a link in its place is replaced
     * @param display how to name the file to people
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
     * Puts the bytes in place.
     *
     * @throws FuseException {@code storage-denied}, a full disk for one; what was there before is still there
     */
    public void write(byte[] bytes) {
        prepare(bytes);
        publish();
    }

    /**
     * Writes the bytes to the disk, but not yet in place: after this only the name is missing.
     *
     * @throws FuseException as {@link #write}
     */
    public void prepare(byte[] bytes) {
        try (FileChannel channel = FileChannel.open(written(), StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true); // Before the name: after a crash it must not name an empty file.
        } catch (IOException e) {
            throw notWritten(e);
        }
    }

    /**
     * Moves the prepared file to its place and replaces the file that is there.
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
     * Moves the prepared file to its place if nothing is there. If two processes do so at once, one succeeds.
     *
     * @return false if something is there, which stays as it is
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
