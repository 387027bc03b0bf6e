package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * An open file that is mapped into memory, read-only. It remains the file that was opened, even if its path later leads to another
 * file. The kernel loads a page into physical memory when it is first read, and may drop it again at any time, because it can be
 * reloaded. Has one owner, who must close it; the bytes must not be read afterwards.
 *
 * <p>The file must not be modified. Bytes that other processes write to it appear in the mapping; {@link #currentIdentity()} detects
 * this. Reading the mapping of a file that was truncated crashes the process.
 */
public final class MappedFile implements AutoCloseable {
    private final Path file;
    private final int descriptor;
    private final FileIdentity identity;
    private final Pointer bytes;
    private final long size;
    private boolean closed;

    private MappedFile(Path file, int descriptor, FileIdentity identity, Pointer bytes) {
        this.file = file;
        this.descriptor = descriptor;
        this.identity = identity;
        this.bytes = bytes;
        this.size = identity.size();
    }

    /**
     * Opens and maps a regular file of 1 byte to 2 GiB.
     *
     * @throws IOException if it does not exist, cannot be read, is empty or is too large
     */
    public static MappedFile open(Path file) throws IOException {
        int descriptor = ProcessNative.open(file.toString());
        if (descriptor < 0) {
            throw FileIdentity.exception(file, -descriptor);
        }
        try {
            FileIdentity identity = FileIdentity.of(file, descriptor);
            long size = identity.size();
            if (size == 0 || size > Integer.MAX_VALUE) {
                throw new IOException(file + " has " + size + " bytes; 1 to " + Integer.MAX_VALUE + " can be mapped");
            }
            @Nullable Pointer bytes = ProcessNative.map(descriptor, size);
            if (bytes == null) {
                throw new IOException(file + " cannot be mapped into memory");
            }
            return new MappedFile(file, descriptor, identity, bytes);
        } catch (IOException e) {
            ProcessNative.closeDescriptor(descriptor);
            throw e;
        }
    }

    /** The identity of the file when it was opened. */
    public FileIdentity identity() {
        return identity;
    }

    /**
     * The identity of the opened file now. Its path is not used.
     *
     * @throws IOException if this is closed, or the file system reports an error
     */
    public synchronized FileIdentity currentIdentity() throws IOException {
        requireOpen();
        return FileIdentity.of(file, descriptor);
    }

    /**
     * Reads from the opened file, not from its mapping. This is safe if the file was truncated, and takes no physical memory.
     *
     * @param position the position of the first byte in the file
     * @return the number of bytes read; less than the buffer's length only at the end of the file
     * @throws IOException if this is closed, or reading fails
     */
    public synchronized int read(long position, byte[] buffer) throws IOException {
        requireOpen();
        long read = ProcessNative.read(descriptor, position, buffer);
        if (read < 0) {
            throw FileIdentity.exception(file, (int) -read);
        }
        return (int) read;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(file + " was closed");
        }
    }

    /** All bytes of the mapping, with the buffer's position at 0. */
    public ByteBuffer bytes() {
        return pointer().asBuffer().asReadOnlyBuffer();
    }

    public synchronized boolean isOpen() {
        return !closed;
    }

    /** The length of the file in bytes when it was opened. */
    public long size() {
        return size;
    }

    /** Releases the physical memory of the mapping. The next read waits until the kernel has reloaded the page from the file. */
    public synchronized void releasePages() {
        if (!closed) {
            ProcessNative.releasePages(bytes, size);
        }
    }

    BytePointer pointer() {
        return at(0, size);
    }

    BytePointer at(long offset, long length) {
        return new BytePointer(bytes).position(offset).limit(offset + length);
    }

    boolean contains(Pointer pointer) {
        long address = pointer.address() + pointer.position() * pointer.sizeof();
        return address >= bytes.address() && address < bytes.address() + size;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            ProcessNative.unmap(bytes, size);
            ProcessNative.closeDescriptor(descriptor);
        }
    }

    @Override
    public String toString() {
        return "MappedFile[" + file + "]";
    }
}
