package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Decodes base64 in either alphabet (RFC 4648 §4 and §5) while it is written, block by block with the JDK's decoder. White space is
 * skipped, padding may be missing, and the head of a data URL ({@code data:image/jpeg;base64,}) is skipped.
 *
 * <p>Jackson's decoder knows one alphabet at a time and no data URLs, so it would reject pictures that clients send. This one copies no
 * text either: the text goes from the parser's buffer into a block of 4 KiB, and the bytes into one array.
 */
final class Base64Decoder extends Writer {
    private static final Base64.Decoder JDK = Base64.getDecoder();

    /** A multiple of 4, so that no group of characters is split. */
    private static final int BLOCK_CHARACTERS = 4096;

    /** Characters of both alphabets in the standard one (RFC 4648 §4); 0 for others. */
    private static final byte[] ALPHABETS = alphabets();

    private static final String SCHEME = "data";
    private static final int MAX_HEAD_CHARACTERS = 200;

    private final long maxBytes;
    private final long maxCharacters;
    private final byte[] block = new byte[BLOCK_CHARACTERS];
    private final byte[] decoded = new byte[BLOCK_CHARACTERS / 4 * 3];
    private final byte[] bytes;
    private int blockLength;
    private int length;
    private long characters;
    private boolean isPadded;
    private int position;
    private boolean isInHead;
    private int headLength;

    /**
     * A decoder for one picture.
     *
     * @param textLength characters that will be written, at most
     * @param maxBytes largest picture, decoded bytes
     */
    Base64Decoder(int textLength, long maxBytes) {
        this.maxBytes = maxBytes;
        this.maxCharacters = (4 * (maxBytes + 1) + 2) / 3 - 1;
        this.bytes = new byte[(int) Math.min(textLength * 3L / 4, maxBytes)];
    }

    /**
     * Decodes characters.
     *
     * @throws FuseException {@code picture-too-large} beyond the limit, {@code bad-request} for other text
     */
    @Override
    public void write(char[] text, int from, int count) {
        int end = from + count;
        for (int i = from; i < end; ) {
            int run = isInHead || isPadded ? 0 : putRun(text, i, end);
            i += run;
            if (run == 0) {
                accept(text[i++]);
            }
        }
    }

    /** Puts characters of the alphabets into the block until another one comes or the block is full; returns how many. */
    private int putRun(char[] text, int from, int end) {
        int last = Math.min(end, from + BLOCK_CHARACTERS - blockLength);
        int i = from;
        for (; i < last; i++) {
            byte c = text[i] < ALPHABETS.length ? ALPHABETS[text[i]] : 0;
            if (c == 0) {
                break;
            }
            block[blockLength + i - from] = c;
        }
        int run = i - from;
        blockLength += run;
        position += run;
        characters += run;
        if (characters > maxCharacters) {
            throw FuseInput.Picture.tooLarge("A picture", maxBytes);
        }
        decodeFullBlock();
        return run;
    }

    @Override
    public void write(String text, int from, int count) {
        write(text.toCharArray(), from, count);
    }

    /** The decoded bytes. Call it once, after the last write. */
    byte[] toByteArray() {
        if (isInHead) {
            throw notBase64();
        }
        decode(Arrays.copyOf(block, blockLength));
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void accept(char c) {
        if (isInHead) {
            acceptHead(c);
            return;
        }
        switch (c) {
            case ' ', '\t', '\r', '\n' -> position += position == 0 ? 0 : 1;
            case ':' -> beginHead();
            case '=' -> putPadding();
            default -> throw notBase64();
        }
    }

    /** A colon is in no alphabet: it ends the scheme of a data URL. */
    private void beginHead() {
        String text = new String(block, 0, blockLength, StandardCharsets.US_ASCII);
        if (length > 0 || position != SCHEME.length() || !text.equalsIgnoreCase(SCHEME)) {
            throw notBase64();
        }
        isInHead = true;
        blockLength = 0;
        characters = 0;
        position++;
    }

    private void acceptHead(char c) {
        if (c == ',') {
            isInHead = false;
        } else if (++headLength > MAX_HEAD_CHARACTERS) {
            throw notBase64();
        }
    }

    private void putPadding() {
        isPadded = true;
        position++;
        block[blockLength++] = '=';
        decodeFullBlock();
    }

    private void decodeFullBlock() {
        if (blockLength == BLOCK_CHARACTERS) {
            decode(block);
            blockLength = 0;
        }
    }

    private void decode(byte[] text) {
        try {
            int count = JDK.decode(text, decoded);
            System.arraycopy(decoded, 0, bytes, length, count);
            length += count;
        } catch (IllegalArgumentException e) {
            throw notBase64();
        }
    }

    private static byte[] alphabets() {
        byte[] alphabets = new byte[128];
        for (char c = 0; c < alphabets.length; c++) {
            boolean isStandard = c == '+' || c == '/' || Character.isLetterOrDigit(c);
            alphabets[c] = (byte) (isStandard ? c : c == '-' ? '+' : c == '_' ? '/' : 0);
        }
        return alphabets;
    }

    private static FuseException notBase64() {
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                "A picture's base64 cannot be decoded; send the file's bytes in base64 or base64url, RFC 4648.");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    /** Reads base64 text out of JSON without making a string of it. */
    static final class Deserializer extends StdDeserializer<byte[]> {
        /** Context attribute: the largest picture in bytes, a {@code Long}. */
        static final Object MAX_BYTES = Deserializer.class;

        Deserializer() {
            super(byte[].class);
        }

        @Override
        public byte[] deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                return (byte[]) context.handleUnexpectedToken(byte[].class, parser);
            }
            long maxBytes =
                    context.getAttribute(MAX_BYTES) instanceof Long limit ? limit : PictureLimits.DEFAULT.maxBytes();
            // The length first: it makes the parser read the whole text, and gives the array its final size.
            Base64Decoder decoder = new Base64Decoder(parser.getStringLength(), maxBytes);
            parser.getString(decoder);
            return decoder.toByteArray();
        }
    }
}
