package dev.facefuse.soak;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An answer of HTTP/1.1, whole.
 *
 * @param headers by lower-case name
 */
record Reply(int status, Map<String, String> headers, Body body) {
    static final int CONTINUE = 100;

    private static final int LONGEST_LINE = 65_536;
    private static final int STATUS = 9;

    /** Bytes that are the answer's. */
    static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /**
     * Reads one to its end.
     *
     * @throws EOFException if the stream ends before its first byte, or within it
     * @throws IOException if what comes is none
     */
    static Reply read(InputStream in) throws IOException {
        String first = line(in);
        if (!first.matches("HTTP/1\\.1 \\d{3}.*")) {
            throw new IOException("That is no answer: " + first);
        }
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw new IOException("That is no header: " + header);
            }
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = "chunked".equals(headers.get("transfer-encoding"))
                ? chunks(in)
                : exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Reply(Integer.parseInt(first.substring(STATUS, STATUS + 3)), headers, new Body(body));
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
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

    /** Up to a line feed, without it. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The connection ended within an answer");
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("A line of the answer does not end");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }
}
