package dev.facefuse.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * What is counted of an answer of HTTP/1.1.
 *
 * @param open whether another request may follow on the connection
 */
record HttpAnswer(int status, boolean open) {
    static final int CONTINUE = 100;
    static final int OK = 200;
    static final int BUSY = 429;

    private static final int LONGEST_LINE = 16_384;
    private static final int STATUS = 9;

    /**
     * Reads one to its end.
     *
     * @throws IOException if the stream ends before, or what comes is none
     */
    static HttpAnswer read(InputStream in) throws IOException {
        String first = line(in);
        if (!first.matches("HTTP/1\\.1 \\d{3}.*")) {
            throw new IOException("That is no answer: " + first);
        }
        int status = Integer.parseInt(first.substring(STATUS, STATUS + 3));
        long length = 0;
        boolean chunked = false;
        boolean open = true;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(lower.indexOf(':') + 1).strip());
            }
            chunked |= lower.equals("transfer-encoding: chunked");
            open &= !lower.equals("connection: close");
        }
        if (chunked) {
            skipChunks(in);
        } else {
            in.skipNBytes(length);
        }
        return new HttpAnswer(status, open);
    }

    private static void skipChunks(InputStream in) throws IOException {
        int size;
        do {
            size = Integer.parseInt(line(in), 16);
            in.skipNBytes(size);
            line(in);
        } while (size > 0);
    }

    private static String line(InputStream in) throws IOException {
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
