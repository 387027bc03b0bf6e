package dev.facefuse.function.storage;

import dev.facefuse.function.FuseInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a whole stream of limited length. */
final class BoundedBytes {
    static final long UNKNOWN = -1;

    private BoundedBytes() {}

    /**
     * Reads to the end. If the length is declared, one buffer of that length is allocated.
     *
     * @param what names the stream in the error
     * @param length declared by the sender, or {@link #UNKNOWN}
     * @throws dev.facefuse.engine.problem.FuseException {@code picture-too-large}; if the declared length is too large, before a byte is read
     * @throws EOFException if the stream is shorter than declared
     */
    static byte[] read(InputStream in, String what, long length, long maxBytes) throws IOException {
        if (length > maxBytes) {
            throw FuseInput.Picture.tooLarge(what, maxBytes);
        }
        if (length < 0) {
            byte[] bytes = in.readNBytes(Math.toIntExact(maxBytes));
            if (in.read() >= 0) {
                throw FuseInput.Picture.tooLarge(what, maxBytes);
            }
            return bytes;
        }
        byte[] bytes = new byte[Math.toIntExact(length)];
        if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
            throw new EOFException("The object ends too early");
        }
        return bytes;
    }
}
