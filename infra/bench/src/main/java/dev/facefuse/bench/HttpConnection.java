package dev.facefuse.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A connection to a server on this machine. It repeats nothing by itself, so that no lost response is hidden. */
public final class HttpConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 90_000;

    private final SocketChannel channel;
    private final InputStream in;

    private HttpConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.socket().setSoTimeout(TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(channel.socket().getInputStream());
    }

    /** Connects to a port of this machine. */
    public static HttpConnection to(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new HttpConnection(channel);
    }

    /** Sends the head of a request. */
    public void send(String head) throws IOException {
        send(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        send(ByteBuffer.wrap(bytes));
    }

    /** Sends {@code length} bytes from an index on. */
    public void send(byte[] bytes, int from, int length) throws IOException {
        send(ByteBuffer.wrap(bytes, from, length));
    }

    /**
     * Sends what remains in a buffer.
     *
     * @throws SocketException if the server has closed the connection. A channel reports that as a plain {@link IOException}, unlike a
     *     socket
     */
    public void send(ByteBuffer bytes) throws SocketException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            SocketException closed = new SocketException(e.getMessage());
            closed.initCause(e);
            throw closed;
        }
    }

    /** Closes this half of the connection; responses can still be received. */
    public void endSending() throws IOException {
        channel.shutdownOutput();
    }

    public HttpReply receive() throws IOException {
        return HttpReply.read(in);
    }

    /** Receives the next line, without its end. */
    public String receiveLine() throws IOException {
        return HttpReply.line(in);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
