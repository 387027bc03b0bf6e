package dev.facefuse.function.http;

import jakarta.servlet.ReadListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body below the servlet API. The servlet API's stream may be closed before the body has been read, and it sends a
 * response of its own for every error.
 */
final class RawBody implements ApplicationBufferHandler {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Request request;
    private @Nullable ByteBuffer buffer;

    RawBody(Request request) {
        this.request = request;
    }

    /** Whether a part of it has not been read. */
    boolean isUnread() {
        AtomicBoolean read = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return !read.get();
    }

    /** Sends 100 Continue to a client that waits for it before it sends the body. */
    void askForIt() {
        request.action(ActionCode.ACK, ContinueResponseTiming.ALWAYS);
    }

    /** Sets the listener, which is called when bytes have arrived. The request must be asynchronous. */
    void setListener(ReadListener listener) {
        request.setReadListener(listener);
    }

    /** Whether {@link #read} would return bytes now; if not, the listener is called when it would. */
    boolean isReady() {
        return !request.isFinished() && request.isReady();
    }

    /**
     * Reads the bytes that have arrived, some kilobytes at most. They are valid until the next call.
     *
     * @return null at the end
     * @throws org.apache.coyote.BadRequestException if its framing is wrong
     * @throws IOException if the client has disconnected
     */
    @Nullable
    ByteBuffer read() throws IOException {
        buffer = null;
        int count = request.doRead(this);
        if (count < 0) {
            return null;
        }
        return buffer == null || count == 0 ? EMPTY : buffer;
    }

    /**
     * Discards the bytes that have arrived, without waiting for more. Only for bodies of a known length: Tomcat would wait for the rest
     * of a chunk's head.
     *
     * @param maxBytes that are discarded at most
     * @return whether the whole body has been read
     */
    boolean discardArrived(int maxBytes) throws IOException {
        int left = maxBytes;
        while (left > 0 && isUnread()) {
            request.action(ActionCode.AVAILABLE, true);
            ByteBuffer arrived = request.getAvailable() == 0 ? null : read();
            if (arrived == null) {
                break;
            }
            left -= arrived.remaining();
        }
        return !isUnread();
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        return buffer;
    }

    @Override
    public void expand(int size) {
        throw new UnsupportedOperationException("Tomcat reads into its own buffer");
    }
}
