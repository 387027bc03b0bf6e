package dev.facefuse.function;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.Writer;
import java.util.Arrays;

/**
 * Decodes base64 in either alphabet (RFC 4648 §4 and §5) as it is written. White space is skipped, padding may be missing, and a
 * data URL's head ({@code data:image/jpeg;base64,}) is passed over. One exact buffer, no copy of the text.
 */
final class Base64Decoding extends Writer {
    private static final int BITS_A_CHARACTER = 6;
    private static final byte[] VALUES = values();
    private static final byte OTHER = -1;
    private static final byte SPACE = -2;
    private static final byte PADDING = -3;

    private static final String HEAD = "data:";

    private final long maxBytes;
    private byte[] bytes;
    private int length;
    private int bits;
    private int bitCount;
    private int characters;
    private int padding;
    private Part part = Part.START;
    private int headLength;
    private final StringBuilder head = new StringBuilder();

    private enum Part {
        START,
        HEAD,
        BODY
    }

    /**
     * Starts decoding.
     *
     * @param textLength characters to come, if known; only a hint
     * @param maxBytes decoded bytes from which on the picture is too large
     */
    Base64Decoding(int textLength, long maxBytes) {
        this.maxBytes = maxBytes;
        this.bytes = new byte[(int) Math.min(textLength * 3L / 4 + 3, maxBytes + 1)];
    }

    @Override
    public void write(char[] text, int from, int count) {
        for (int i = from; i < from + count; i++) {
            accept(text[i]);
        }
    }

    @Override
    public void write(String text, int from, int count) {
        for (int i = from; i < from + count; i++) {
            accept(text.charAt(i));
        }
    }

    /** The decoded bytes; call once, after the last write. */
    byte[] toByteArray() {
        if (part == Part.START) {
            part = Part.BODY;
            replayHead();
        }
        int rest = characters % 4;
        boolean whole = padding == 0 ? rest != 1 : rest + padding == 4 && padding <= 2;
        if (part == Part.HEAD || !whole) {
            throw notBase64();
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void accept(char c) {
        switch (part) {
            case START -> {
                if (head.length() == 0 && isSpace(c)) {
                    return;
                }
                head.append(c);
                if (!HEAD.regionMatches(true, 0, head.toString(), 0, head.length())) {
                    part = Part.BODY;
                    replayHead();
                } else if (head.length() == HEAD.length()) {
                    part = Part.HEAD;
                }
            }
            case HEAD -> {
                if (c == ',') {
                    part = Part.BODY;
                } else if (++headLength > 200) {
                    throw notBase64();
                }
            }
            case BODY -> decode(c);
        }
    }

    private void replayHead() {
        for (int i = 0; i < head.length(); i++) {
            decode(head.charAt(i));
        }
    }

    private void decode(char c) {
        byte value = c < VALUES.length ? VALUES[c] : OTHER;
        if (value >= 0 && padding == 0) {
            bits = bits << BITS_A_CHARACTER | value;
            bitCount += BITS_A_CHARACTER;
            characters++;
            if (bitCount >= Byte.SIZE) {
                bitCount -= Byte.SIZE;
                append((byte) (bits >> bitCount));
            }
        } else if (value == PADDING) {
            padding++;
        } else if (value != SPACE) {
            throw notBase64();
        }
    }

    private void append(byte value) {
        if (length >= maxBytes) {
            throw FuseInput.Picture.tooLarge("A picture", maxBytes);
        }
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(2L * length + 16, maxBytes));
        }
        bytes[length++] = value;
    }

    private static FuseException notBase64() {
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                "A picture's base64 cannot be decoded; send the file's bytes in base64 or base64url, RFC 4648.");
    }

    private static boolean isSpace(char c) {
        return c < VALUES.length && VALUES[c] == SPACE;
    }

    private static byte[] values() {
        byte[] values = new byte[128];
        Arrays.fill(values, OTHER);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (byte i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = i;
        }
        values['-'] = values['+'];
        values['_'] = values['/'];
        for (char c : " \t\r\n".toCharArray()) {
            values[c] = SPACE;
        }
        values['='] = PADDING;
        return values;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
