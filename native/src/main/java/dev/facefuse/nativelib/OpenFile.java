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
 * A file or folder that is held open, on Linux. {@link #path()} leads to this very file, whatever happens to the names on the way to
 * it: what was checked is what is used. Belongs to one owner, who closes it.
 *
 * <pre>{@code
 * try (OpenFile folder = OpenFile.beneath(root, root.relativize(wanted))) {
 *     Files.newInputStream(folder.path().resolve("a.jpg"), LinkOption.NOFOLLOW_LINKS);
 * }
 * }</pre>
 */
public final class OpenFile implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    // Linux's numbers, which are the same on all processors that libtorch is built for.
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

    /** Whether this system has what this class needs: Linux with {@code /proc}. Elsewhere the other methods must not be called. */
    public static boolean isSupported() {
        return Files.isDirectory(DESCRIPTORS);
    }

    /**
     * Opens a file or folder below a folder, as a reference: nothing is read yet, and a pipe is not waited for.
     *
     * @param folder may have symbolic links in its own path
     * @param relative from it; without {@code ..}; no symbolic link in it is followed
     * @throws NoSuchFileException if there is none
     * @throws IOException for a symbolic link on the way, and what else the system says
     */
    public static OpenFile beneath(Path folder, Path relative) throws IOException {
        return new OpenFile(checked(ProcessNative.openBeneath(folder.toString(), relative.toString()), relative));
    }

    /**
     * Opens a new file that has no name; until {@link #link} it leaves nothing behind, even if the process is killed.
     *
     * @param folder whose file system holds it
     * @return null where the file system has no such files
     * @throws IOException what the system says
     */
    public static @Nullable OpenFile unnamed(Path folder) throws IOException {
        int descriptor = ProcessNative.openUnnamed(folder.toString());
        // Kernels and file systems without O_TMPFILE take it for an attempt to write a folder.
        return descriptor == -EOPNOTSUPP || descriptor == -EISDIR || descriptor == -EINVAL
                ? null
                : new OpenFile(checked(descriptor, folder));
    }

    /** Leads to this file as long as it is open. */
    public Path path() {
        return DESCRIPTORS.resolve(Integer.toString(descriptor));
    }

    /**
     * Gives an unnamed file its name.
     *
     * @throws FileAlreadyExistsException if something has this name
     * @throws IOException what else the system says
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
