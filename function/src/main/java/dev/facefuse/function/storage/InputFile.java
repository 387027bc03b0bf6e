package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a picture from disk, up to a limit. */
public final class InputFile {

    private InputFile() {}

    /**
     * Reads a file or a pipe to its end.
     *
     * @throws FuseException {@code storage-not-found}, {@code storage-denied}, {@code picture-too-large}
     */
    public static byte[] read(Path path, long maxBytes) {
        return read(path, path.toString(), maxBytes);
    }

    /**
     * Reads a file or a pipe to its end.
     *
     * @param display the name of the file in errors
     */
    static byte[] read(Path path, String display, long maxBytes) {
        try (InputStream in = Files.newInputStream(path)) {
            return BoundedBytes.read(in, display, BoundedBytes.UNKNOWN, maxBytes);
        } catch (IOException e) {
            // The path is opened first and checked afterwards, so the usual case needs one system call.
            throw Files.isDirectory(path) ? directory(display) : unreadable(display, e);
        }
    }

    /** The error for a directory. */
    static FuseException directory(String display) {
        return new FuseException(
                ErrorCode.STORAGE_NOT_FOUND, display + " is a directory, not a picture; name a file in it.");
    }

    /** The error for a file that cannot be opened or read. */
    static FuseException unreadable(String display, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new FuseException(ErrorCode.STORAGE_NOT_FOUND, display + " does not exist; check the path.", e);
        }
        if (e instanceof AccessDeniedException) {
            return new FuseException(
                    ErrorCode.STORAGE_DENIED, display + " may not be read; give this user the right to.", e);
        }
        return new FuseException(
                ErrorCode.STORAGE_NOT_FOUND, display + " cannot be read (" + Reasons.of(e) + "); check the path.", e);
    }
}
