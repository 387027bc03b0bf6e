package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that is kept open, on Linux. {@link #path()} always leads to this file, even if it or a folder above it is
 * renamed or replaced, so that a check and a later use cannot concern different files. Has one owner, who must close it.
 *
 * <pre>{@code
 * try (OpenFile folder = OpenFile.beneath(root, root.relativize(wanted))) {
 *     Files.newInputStream(folder.path().resolve("a.jpg"), LinkOption.NOFOLLOW_LINKS);
 * }
 * }</pre>
 */
public final class OpenFile implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    // Linux's error numbers, which are the same on all processors that libtorch is built for.
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int EINVAL = 22;
    private static final int ELOOP = 40;
    private static final int EOPNOTSUPP = 95;

    private final int descriptor;
    private boolean closed;

    private OpenFile(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Whether this is Linux with {@code /proc}. If not, the other methods must not be called. */
    public static boolean isSupported() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /**
     * Opens a file or folder below a folder, as a reference (O_PATH): opening reads nothing and does not block on a pipe.
     *
     * @param folder the folder; its own path may contain symbolic links
     * @param relative the path below it, without {@code ..}; symbolic links in it are not followed
     * @throws NoSuchFileException if it does not exist
     * @throws IOException if a folder on the path is a symbolic link, or the system reports another error
     */
    public static OpenFile beneath(Path folder, Path relative) throws IOException {
        return new OpenFile(checked(ProcessNative.openBeneath(folder.toString(), relative.toString()), relative));
    }

    /**
     * Creates and opens a file without a name (O_TMPFILE). Unless {@link #link} names it, the system removes it when it is closed or
     * the process ends, even if the process is killed.
     *
     * @param folder a folder of the file system that stores the file
     * @return null if the kernel or the file system does not support such files
     * @throws IOException if the system reports another error
     */
    public static @Nullable OpenFile unnamed(Path folder) throws IOException {
        int descriptor = ProcessNative.openUnnamed(folder.toString());
        // A kernel or file system that does not know O_TMPFILE reports an attempt to write to a folder.
        return descriptor == -EOPNOTSUPP || descriptor == -EISDIR || descriptor == -EINVAL
                ? null
                : new OpenFile(checked(descriptor, folder));
    }

    /** A path that leads to this file until it is closed. */
    public Path path() {
        return DESCRIPTORS.resolve(Integer.toString(descriptor));
    }

    /**
     * Names an unnamed file.
     *
     * @throws FileAlreadyExistsException if the name is in use
     * @throws IOException if the system reports another error
     */
    public void link(Path name) throws IOException {
        checked(ProcessNative.linkUnnamed(descriptor, name.toString()), name);
    }

    private static int checked(int result, Path path) throws IOException {
        if (result >= 0) {
            return result;
        }
        switch (-result) {
            case ENOENT -> throw new NoSuchFileException(path.toString());
            case EACCES, EPERM -> throw new AccessDeniedException(path.toString());
            case EEXIST -> throw new FileAlreadyExistsException(path.toString());
            case ELOOP, ENOTDIR ->
                throw new FileSystemException(path.toString(), null, "A folder on the way is a link or a file");
            default -> throw new FileSystemException(path.toString(), null, ProcessNative.errorText(-result));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ProcessNative.closeDescriptor(descriptor);
        }
    }
}
