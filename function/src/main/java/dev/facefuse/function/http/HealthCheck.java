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
 * Whether the server on this machine wants requests, for images that have neither shell nor curl. A process of its own that is
 * asked every half minute: it loads nothing but this class and a socket.
 */
public final class HealthCheck {
    private static final int DEFAULT_PORT = 8080;
    private static final int PATIENCE_MILLIS = 2000;

    private HealthCheck() {}

    /** Exits with 0 if it does and with 1 if not; then it says why. Asks the port that {@code PORT} or the argument names. */
    public static void main(String[] arguments) {
        String answer = ask(port(arguments.length > 0 ? arguments[0] : System.getenv("PORT")));
        if (!answer.isEmpty()) {
            System.err.println(answer);
            System.exit(1);
        }
    }

    private static int port(@Nullable String words) {
        return words == null || words.isBlank() ? DEFAULT_PORT : Integer.parseInt(words.strip());
    }

    /** What is wrong; empty if nothing is. */
    static String ask(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
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
