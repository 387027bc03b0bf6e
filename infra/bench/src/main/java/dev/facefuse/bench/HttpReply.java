package dev.facefuse.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A complete response of HTTP/1.1. */
public final class HttpReply {
    public static final int CONTINUE = 100;
    public static final int OK = 200;
    public static final int BUSY = 429;

    private static final int LONGEST_LINE = 65_536;
    private static final int STATUS = 9;

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private HttpReply(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Reads a response to its end.
     *
     * @throws EOFException if the stream ends before or within the response
     * @throws IOException if it is not a response of HTTP/1.1
     */
    static HttpReply read(InputStream in) throws IOException {
        String first = line(in);
        if (!first.matches("HTTP/1\\.1 \\d{3}.*")) {
            throw new IOException("Not a response: " + first);
        }
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new IOException("Not a header: " + header);
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunks(in)
                : exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new HttpReply(Integer.parseInt(first.substring(STATUS, STATUS + 3)), headers, body);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The connection ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int size;
        do {
            size = Integer.parseInt(line(in), 16);
            all.write(exactly(in, size));
            line(in);
        } while (size > 0);
        return all.toByteArray();
    }

    /** Reads up to a line feed, which is not part of the result. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The connection ended within a response");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("A line of the response does not end");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    public int status() {
        return status;
    }

    /** A header by its name in lower case; empty if it is missing. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The body's bytes. */
    public byte[] bytes() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether another request can follow on the connection. */
    boolean keepsAlive() {
        return !header("connection").equalsIgnoreCase("close");
    }
}
