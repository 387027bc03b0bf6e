package dev.facefuse.function;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/**
 * Reads an integer option. {@code 90.0} and {@code 9e1} are 90, because the numbers of some languages are all floating point;
 * {@code 90.5} is refused, because it would be rounded silently. Text from form fields is read alike, empty text as nothing.
 */
final class WholeNumber extends StdScalarDeserializer<Integer> {
    private static final int LONGEST_CHARACTERS = 40;
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?");

    WholeNumber() {
        super(Integer.class);
    }

    @Override
    public @Nullable Integer deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getIntValue();
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT && isWhole(parser.getDoubleValue())) {
            return parser.getIntValue(); // Refuses what is out of range.
        }
        if (token == JsonToken.VALUE_STRING) {
            return fromText(parser, context);
        }
        return (Integer) context.handleUnexpectedToken(Integer.class, parser);
    }

    private static @Nullable Integer fromText(JsonParser parser, DeserializationContext context) {
        String text = parser.getString().strip();
        if (text.isEmpty()) {
            return null;
        }
        double number =
                text.length() <= LONGEST_CHARACTERS && NUMBER.matcher(text).matches()
                        ? Double.parseDouble(text)
                        : Double.NaN;
        return isWhole(number) && (int) number == number
                ? (Integer) (int) number
                : (Integer) context.handleWeirdStringValue(Integer.class, Words.quoted(text), "not a whole number");
    }

    private static boolean isWhole(double number) {
        return number == Math.rint(number);
    }
}
