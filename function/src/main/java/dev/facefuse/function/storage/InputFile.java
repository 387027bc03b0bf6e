package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A picture on disk, read whole but never beyond a limit. */
public final class InputFile {

    private InputFile() {}

    /**
     * Reads a file, a pipe included.
     *
     * @throws FuseException {@code storage-not-found}, {@code storage-denied}, {@code picture-too-large}
     */
    public static byte[] read(Path path, long maxBytes) {
        return read(path, path.toString(), maxBytes);
    }

    /**
     * The same.
     *
     * @param display how to name the file to people
     */
    static byte[] read(Path path, String display, long maxBytes) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(maxBytes));
            if (in.read() >= 0) {
                throw FuseInput.Picture.tooLarge(display, maxBytes);
            }
            return bytes;
        } catch (IOException e) {
            // Opened first: only now it matters what the path is.
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
