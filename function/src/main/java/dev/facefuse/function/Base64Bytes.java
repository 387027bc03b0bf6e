package dev.facefuse.function;

import dev.facefuse.engine.picture.PictureLimits;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/** Reads base64 text out of JSON without making a string of it. */
final class Base64Bytes extends StdDeserializer<byte[]> {
    /** Key of the context attribute that holds how many bytes a picture may have, as a {@code Long}. */
    static final Object MAX_BYTES = Base64Bytes.class;

    Base64Bytes() {
        super(byte[].class);
    }

    @Override
    public byte[] deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return (byte[]) context.handleUnexpectedToken(byte[].class, parser);
        }
        long maxBytes =
                context.getAttribute(MAX_BYTES) instanceof Long limit ? limit : PictureLimits.DEFAULT.maxBytes();
        // The length first: it makes the parser read the whole text, and the buffer the right size at once.
        Base64Decoding decoding = new Base64Decoding(parser.getStringLength(), maxBytes);
        parser.getString(decoding);
        return decoding.toByteArray();
    }
}
