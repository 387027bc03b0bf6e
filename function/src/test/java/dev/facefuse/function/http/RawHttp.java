package dev.facefuse.function.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends requests with headers that HTTP clients do not let callers set. */
final class RawHttp {
    private final int port;

    RawHttp(int port) {
        this.port = port;
    }

    /** The whole response to a request line and headers. Only {@code Connection: close} is added. */
    String send(String requestLine, String... headers) throws IOException {
        return sendBody(requestLine, "", headers);
    }

    String sendBody(String requestLine, String body, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            String head = requestLine + "\r\n" + String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n");
            out.write((head + "Connection: close\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
