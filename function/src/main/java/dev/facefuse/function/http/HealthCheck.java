package dev.facefuse.function.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the server on this machine is ready, for images that have neither a shell nor curl. It runs as a process of its own
 * every half minute, so it loads nothing but this class and a socket.
 */
public final class HealthCheck {
    private static final int DEFAULT_PORT = 8080;
    private static final int TIMEOUT_MILLIS = 2000;

    private HealthCheck() {}

    /** Exits with 0 if the server is ready, else prints why and exits with 1. The port comes from the argument or {@code PORT}. */
    public static void main(String[] arguments) {
        String answer = ask(port(arguments.length > 0 ? arguments[0] : System.getenv("PORT")));
        if (!answer.isEmpty()) {
            System.err.println(answer);
            System.exit(1);
        }
    }

    private static int port(@Nullable String text) {
        return text == null || text.isBlank() ? DEFAULT_PORT : Integer.parseInt(text.strip());
    }

    /** Asks the server. Returns what is wrong; empty if nothing is. */
    static String ask(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("GET /actuator/health/readiness HTTP/1.0\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return status != null && status.matches("HTTP/1\\.[01] 200.*") ? "" : "not ready: " + status;
        } catch (IOException e) {
            return "no answer from port " + port + ": " + e.getMessage();
        }
    }
}
