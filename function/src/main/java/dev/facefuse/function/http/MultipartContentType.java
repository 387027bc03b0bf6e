package dev.facefuse.function.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Content-Type} as parsers want it. RFC 2046 asks for quotation marks around a boundary with {@code =}, {@code /},
 * {@code :}, {@code ?}, {@code ,}, parentheses or spaces; many clients leave them out. Parsers then refuse the type or cut the
 * boundary short.
 */
public final class MultipartContentType {
    private static final String FORM = "multipart/form-data";
    private static final String BOUNDARY = "boundary";

    private MultipartContentType() {}

    /**
     * The same type with quotation marks around the boundary of {@code multipart/form-data}; any other type as it is.
     *
     * @param contentType as it was sent
     */
    public static String quoted(String contentType) {
        List<String> elements = elements(contentType);
        if (!elements.get(0).strip().toLowerCase(Locale.ROOT).equals(FORM)) {
            return contentType;
        }
        for (int i = 1; i < elements.size(); i++) {
            String boundary = boundary(elements.get(i));
            if (boundary != null) {
                return FORM + "; " + BOUNDARY + "=\"" + boundary + "\"";
            }
        }
        return contentType;
    }

    /** The value of a parameter that is a boundary and can stand between quotation marks, else null. */
    private static @Nullable String boundary(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase(BOUNDARY)) {
            return null;
        }
        String value = parameter.substring(equals + 1).strip();
        if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
            value = value.substring(1, value.length() - 1);
        }
        return value.isEmpty() || value.chars().anyMatch(c -> c == '"' || c == '\\' || c < ' ' || c > '~')
                ? null
                : value;
    }

    /** The elements between semicolons that are outside quotation marks; at least one. */
    private static List<String> elements(String contentType) {
        List<String> elements = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < contentType.length(); i++) {
            char c = contentType.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                elements.add(contentType.substring(from, i));
                from = i + 1;
            }
        }
        elements.add(contentType.substring(from));
        return elements;
    }
}
