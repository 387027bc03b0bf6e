package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * An open file and its bytes in memory, read-only: the file that was opened, whatever its path leads to later. The bytes are in
 * physical memory from when they are touched until they are let go, and the kernel may take them earlier: the file still has
 * them. Belongs to one owner, who closes it; the bytes must not be touched afterwards.
 *
 * <p>The file must stay as it is. Bytes that others write into it appear here, which {@link #currentIdentity()} tells; touching a
 * mapping whose file was truncated kills the process.
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
     * @throws IOException if it does not exist, cannot be read or is empty or larger
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

    /** The file as it was when it was opened. */
    public FileIdentity identity() {
        return identity;
    }

    /**
     * The opened file as it is now, wherever its path leads.
     *
     * @throws IOException if this is closed, or the file cannot be asked
     */
    public synchronized FileIdentity currentIdentity() throws IOException {
        requireOpen();
        return FileIdentity.of(file, descriptor);
    }

    /**
     * Reads from the opened file, not from its mapping: a file that was truncated ends early, and nothing becomes resident.
     *
     * @param position of the first byte
     * @return bytes that were read: fewer than the buffer holds only at the end of the file
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

    /** All of them, at position 0. */
    public ByteBuffer bytes() {
        return pointer().asBuffer().asReadOnlyBuffer();
    }

    public synchronized boolean isOpen() {
        return !closed;
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** Gives their physical memory back. Whoever touches them next waits until they have come from the file again. */
    public synchronized void letGo() {
        if (!closed) {
            ProcessNative.letGo(bytes, size);
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
