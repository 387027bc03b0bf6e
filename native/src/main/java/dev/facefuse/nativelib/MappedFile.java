package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, read-only. They are in physical memory from when they are touched until they are let go, and the kernel may
 * take them earlier: the file still has them. Belongs to one owner, who closes it; nobody may touch the bytes afterwards.
 *
 * <p>The file must stay as it is. One that is truncated takes the process with it, as a program's own libraries do.
 */
public final class MappedFile implements AutoCloseable {
    private final Path file;
    private final Pointer bytes;
    private final long size;
    private boolean closed;

    private MappedFile(Path file, Pointer bytes, long size) {
        this.file = file;
        this.bytes = bytes;
        this.size = size;
    }

    /**
     * Maps a file of 1 byte to 2 GiB.
     *
     * @throws IOException if it does not exist, cannot be read or is empty or larger
     */
    public static MappedFile open(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0 || size > Integer.MAX_VALUE) {
            throw new IOException(file + " has " + size + " bytes; 1 to " + Integer.MAX_VALUE + " can be mapped");
        }
        @Nullable Pointer bytes = ProcessNative.map(file.toString(), size);
        if (bytes == null) {
            throw new IOException(file + " cannot be mapped into memory");
        }
        return new MappedFile(file, bytes, size);
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

    /** Where it is. */
    Path path() {
        return file;
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
        }
    }

    @Override
    public String toString() {
        return "MappedFile[" + file + "]";
    }
}
