package dev.facefuse.function;

/** Callers' words and sizes on their way into a sentence. */
public final class Words {
    private static final int LONGEST = 40;

    private Words() {}

    /** {@code 32 MiB}. */
    static String size(long bytes) {
        return bytes % (1 << 20) == 0
                ? (bytes >> 20) + " MiB"
                : bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " bytes";
    }

    /** The word without control characters and no longer than a sentence can bear. */
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
