package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Identifies a file and its contents without reading them. Two equal identities belong to the same file with the same bytes, unless
 * the file was written twice within one tick of the file system's clock, or through a memory mapping.
 *
 * @param device the number of the device that holds the file
 * @param inode the number of the file on the device
 * @param size the length in bytes
 * @param changed the time at which bytes or attributes were last written (ctime). Programs cannot set it. A tick of a file system's
 *     clock lasts up to two seconds
 */
public record FileIdentity(long device, long inode, long size, Instant changed) {
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;

    /**
     * Identifies the file at a path. Symbolic links are followed.
     *
     * @throws IOException if it does not exist, cannot be accessed or is not a regular file
     */
    public static FileIdentity of(Path file) throws IOException {
        long[] numbers = new long[5];
        return of(file, ProcessNative.identity(file.toString(), numbers), numbers);
    }

    /**
     * Identifies an open file.
     *
     * @param file its path, for error messages
     * @throws IOException if it is not a regular file
     */
    static FileIdentity of(Path file, int descriptor) throws IOException {
        long[] numbers = new long[5];
        return of(file, ProcessNative.identity(descriptor, numbers), numbers);
    }

    private static FileIdentity of(Path file, int errno, long[] numbers) throws IOException {
        if (errno != 0) {
            throw exception(file, errno);
        }
        if (numbers[2] < 0) {
            throw new IOException(file + " is not a regular file and cannot be mapped into memory");
        }
        return new FileIdentity(numbers[0], numbers[1], numbers[2], Instant.ofEpochSecond(numbers[3], numbers[4]));
    }

    static IOException exception(Path file, int errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR -> new NoSuchFileException(file.toString());
            case EACCES -> new AccessDeniedException(file.toString());
            default -> new IOException(file + " cannot be read: " + ProcessNative.errorText(errno));
        };
    }
}
