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
        if (Files.isDirectory(path)) {
            throw new FuseException(
                    ErrorCode.STORAGE_NOT_FOUND, path + " is a directory, not a picture; name a file in it.");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(maxBytes));
            if (in.read() >= 0) {
                throw FuseInput.Picture.tooLarge(path.toString(), maxBytes);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new FuseException(ErrorCode.STORAGE_NOT_FOUND, path + " does not exist; check the path.", e);
        } catch (AccessDeniedException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED, path + " may not be read; give this user the right to.", e);
        } catch (IOException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_NOT_FOUND, path + " cannot be read (" + Reasons.of(e) + "); check the path.", e);
        }
    }
}
