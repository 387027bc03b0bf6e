package dev.facefuse.function.storage;

import dev.facefuse.function.FuseInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a stream whole, within a limit. */
final class BoundedBytes {
    static final long UNKNOWN = -1;

    private BoundedBytes() {}

    /**
     * Reads to the end. Of a declared length there is one buffer; of an unknown one, pieces that are joined.
     *
     * @param what for the error
     * @param length that the sender declared, or {@link #UNKNOWN}
     * @throws dev.facefuse.engine.problem.FuseException {@code picture-too-large}, by the declared length before a byte is read
     * @throws EOFException if there is less than declared
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
