package dev.facefuse.function;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;

/** The byte order mark that some editors put before UTF-8. JSON is UTF-8, and readers may skip the mark (RFC 8259, 8.1). */
public final class ByteOrderMark {
    private static final byte[] OF_UTF8 = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private ByteOrderMark() {}

    /**
     * Skips the mark if there is one.
     *
     * @throws IOException the stream's own
     */
    public static InputStream skipped(InputStream text) throws IOException {
        PushbackInputStream rest = new PushbackInputStream(text, OF_UTF8.length);
        byte[] start = rest.readNBytes(OF_UTF8.length);
        if (!Arrays.equals(start, OF_UTF8)) {
            rest.unread(start);
        }
        return rest;
    }
}
