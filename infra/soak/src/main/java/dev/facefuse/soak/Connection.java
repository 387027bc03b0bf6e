package dev.facefuse.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a server on this machine, byte by byte: nothing is repeated or mended behind the scenes. */
final class Connection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 90_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private Connection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static Connection to(int port) throws IOException {
        return new Connection(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    void send(String head) throws IOException {
        send(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    void send(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        out.flush();
    }

    /** Says that nothing more will come; answers can still be read. */
    void endSending() throws IOException {
        socket.shutdownOutput();
    }

    Reply receive() throws IOException {
        return Reply.read(in);
    }

    /** The next line, without its end. */
    String receiveLine() throws IOException {
        return Reply.line(in);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
