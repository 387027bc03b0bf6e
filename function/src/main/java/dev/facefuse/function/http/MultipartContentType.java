package dev.facefuse.function.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a {@code Content-Type} so that Spring's and Tomcat's parsers accept it. RFC 2046 demands quotation marks around a boundary
 * with {@code =}, {@code /}, {@code :}, {@code ?}, {@code ,}, parentheses or spaces; many clients leave them out. Parsers then reject
 * the type or cut the boundary short.
 */
public final class MultipartContentType {
    private static final String FORM = "multipart/form-data";
    private static final String BOUNDARY = "boundary";
    private static final String INVALID = "invalid";

    private MultipartContentType() {}

    /**
     * The same type, with quotation marks around the boundary of {@code multipart/form-data}. A type that begins with a quotation mark,
     * for which Spring's parser throws an undeclared exception, becomes a text without a slash, which the parser rejects.
     *
     * @param contentType as the client sent it
     */
    public static String parsable(String contentType) {
        if (contentType.stripLeading().startsWith("\"")) {
            return INVALID;
        }
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

    /** The boundary that a parameter names; null for another parameter and for a value that cannot be quoted. */
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
