package dev.facefuse.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection to a server on this machine. Nothing is repeated behind the scenes, so that nothing lost is hidden. */
final class FuseConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final SocketChannel channel;
    private final InputStream in;

    private FuseConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.socket().setSoTimeout(TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(channel.socket().getInputStream());
    }

    static FuseConnection to(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new FuseConnection(channel);
    }

    /** Writes all of it. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads an answer. */
    HttpAnswer read() throws IOException {
        return HttpAnswer.read(in);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
