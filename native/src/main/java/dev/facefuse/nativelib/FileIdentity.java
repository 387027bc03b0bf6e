package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Tells whether a file is still the one it was: two equal identities are of the same file with the same bytes, unless it was written
 * within the same tick of the file system's clock, or by way of a mapping that was written before.
 *
 * @param device that holds the file
 * @param inode of the file on it
 * @param size in bytes
 * @param changed when bytes or attributes were last written (ctime), which nobody can set; ticks of a file system's clock last
 *     up to two seconds
 */
public record FileIdentity(long device, long inode, long size, Instant changed) {
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;

    /**
     * Identifies the file that a path leads to now, through symbolic links.
     *
     * @throws IOException if there is none that can be seen, or no regular one
     */
    public static FileIdentity of(Path file) throws IOException {
        long[] numbers = new long[5];
        return of(file, ProcessNative.identity(file.toString(), numbers), numbers);
    }

    /** @throws IOException if it is no regular file */
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
