package dev.facefuse.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Reads options from JSON by their declarations. Text is read like the value in it, because form fields are text; null and
 * empty text leave an option out.
 */
public final class FuseOptionsReader extends StdDeserializer<FuseOptionsInput> {
    private static final int LONGEST_CHARACTERS = 40;
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?");

    private final Map<String, FuseOption<?>> options = new LinkedHashMap<>();

    FuseOptionsReader(List<FuseOption<?>> declared) {
        super(FuseOptionsInput.class);
        declared.forEach(option -> options.put(option.name(), option));
    }

    @Override
    public FuseOptionsInput deserialize(JsonParser parser, DeserializationContext context) {
        if (!parser.hasToken(JsonToken.START_OBJECT)) {
            return (FuseOptionsInput) context.handleUnexpectedToken(FuseOptionsInput.class, parser);
        }
        Map<String, Object> chosen = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            FuseOption<?> option = options.get(name);
            if (option == null) {
                throw UnrecognizedPropertyException.from(
                        parser, FuseOptionsInput.class, name, new ArrayList<>(options.keySet()));
            }
            parser.nextToken();
            Object value = value(option, parser, context);
            if (value != null) {
                chosen.put(name, value);
            }
        }
        return new FuseOptionsInput(chosen);
    }

    private static @Nullable Object value(FuseOption<?> option, JsonParser parser, DeserializationContext context) {
        if (parser.hasToken(JsonToken.VALUE_NULL)) {
            return null;
        }
        Class<?> type = option.values().type();
        try {
            return type == Integer.class ? wholeNumber(parser, context) : context.readValue(parser, type);
        } catch (JacksonException e) {
            throw e.prependPath(new JacksonException.Reference(FuseOptionsInput.class, option.name()));
        }
    }

    /**
     * {@code 90.0} and {@code 9e1} are 90, because the numbers of some languages are all floating point. {@code 90.5} is
     * refused, because it would be rounded silently.
     */
    private static @Nullable Integer wholeNumber(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getIntValue();
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT && isWhole(parser.getDoubleValue())) {
            return parser.getIntValue(); // Refuses numbers out of range.
        }
        if (token == JsonToken.VALUE_STRING) {
            String text = parser.getString().strip();
            Integer number = text.isEmpty() ? null : wholeNumber(text);
            return text.isEmpty() || number != null
                    ? number
                    : (Integer)
                            context.handleWeirdStringValue(Integer.class, Messages.quoted(text), "not a whole number");
        }
        return (Integer) context.handleUnexpectedToken(Integer.class, parser);
    }

    /** The whole number that a text stands for; null if it stands for none, or for one beyond {@code int}. */
    public static @Nullable Integer wholeNumber(String text) {
        if (text.length() > LONGEST_CHARACTERS || !NUMBER.matcher(text).matches()) {
            return null;
        }
        double number = Double.parseDouble(text);
        return isWhole(number) && (int) number == number ? (Integer) (int) number : null;
    }

    private static boolean isWhole(double number) {
        return number == Math.rint(number);
    }
}
