package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: written beside its place, then moved there. Opening it proves that the place can
 * be written, before any work is done; closing it without a {@link #write} leaves nothing behind.
 *
 * <pre>{@code
 * try (OutputFile file = OutputFile.open(Path.of("out.jpg"))) {
 *     file.write(hardWork());
 * }
 * }</pre>
 */
public final class OutputFile implements AutoCloseable {
    private final Path target;
    private final Path aside;
    private final Thread cleaner;

    private OutputFile(Path target, Path aside) {
        this.target = target;
        this.aside = aside;
        // For the terminal's Ctrl-C, which unwinds no stack.
        this.cleaner = new Thread(this::delete, "facefuse-cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /**
     * Takes the place.
     *
     * @throws FuseException {@code storage-not-found} if the folder does not exist, {@code storage-denied} if it or the file
     *     may not be written
     */
    public static OutputFile open(Path path) {
        Path target = path;
        if (Files.isDirectory(target)) {
            throw denied(path, "is a directory; name a file in it");
        }
        try {
            if (Files.exists(target)) {
                target = target.toRealPath(); // A link stays one.
                if (!Files.isRegularFile(target)) {
                    throw denied(path, "is not a file; name another");
                }
                if (!Files.isWritable(target)) {
                    throw denied(path, "is read-only; name another or give this user the right to write it");
                }
            }
            Path folder = target.toAbsolutePath().getParent();
            if (folder == null || Files.notExists(folder)) {
                throw new FuseException(
                        ErrorCode.STORAGE_NOT_FOUND, "The folder of " + path + " does not exist; make it first.");
            }
            return new OutputFile(target, aside(folder));
        } catch (NoSuchFileException e) {
            throw denied(path, "cannot be written (its folder takes no files); name another place", e);
        } catch (IOException e) {
            throw denied(
                    path,
                    "cannot be written (" + Reasons.of(e)
                            + "); name another place or give this user the right to write there",
                    e);
        }
    }

    private static Path aside(Path folder) throws IOException {
        String stem = ".facefuse-" + ProcessHandle.current().pid() + "-";
        for (int i = 0; ; i++) {
            try {
                return Files.createFile(folder.resolve(stem + i + ".tmp"));
            } catch (FileAlreadyExistsException e) {
                if (i >= 1000) {
                    throw e;
                }
            }
        }
    }

    /**
     * Puts the bytes in place.
     *
     * @throws FuseException {@code storage-denied}, a full disk for one; what was there before is still there
     */
    public void write(byte[] bytes) {
        try {
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true); // Before the name: after a crash it must not name an empty file.
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw denied(target, "cannot be written (" + Reasons.of(e) + "); free some space or name another place", e);
        }
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // Shutting down: the hook runs, and finds nothing.
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(aside);
        } catch (IOException e) {
            // An empty file is left; the error that led here is the one to show.
        }
    }

    private static FuseException denied(Path path, String why) {
        return new FuseException(ErrorCode.STORAGE_DENIED, path + " " + why + ".");
    }

    private static FuseException denied(Path path, String why, IOException cause) {
        return new FuseException(ErrorCode.STORAGE_DENIED, path + " " + why + ".", cause);
    }
}
