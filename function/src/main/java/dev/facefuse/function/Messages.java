package dev.facefuse.function;

import java.util.List;

/** Formats callers' text and lists for messages. */
public final class Messages {
    private static final int LONGEST = 40;

    private Messages() {}

    /** {@code a, b or c}. */
    static String alternatives(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** The text without control characters, cut after 40 characters. */
    public static String quoted(String word) {
        String plain = word.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .limit(LONGEST + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.codePointCount(0, plain.length()) <= LONGEST
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, LONGEST)) + "…";
    }
}
