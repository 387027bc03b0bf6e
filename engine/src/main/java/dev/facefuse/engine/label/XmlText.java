package dev.facefuse.engine.label;

/** Text as XML 1.0 has it in elements and attributes. */
final class XmlText {
    private XmlText() {}

    /** With references for what XML would take for its own, or for mere space; without what XML cannot say. */
    static String escaped(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().filter(XmlText::isAllowed).forEach(c -> {
            switch (c) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '"' -> result.append("&quot;");
                case '\t', '\n', '\r' -> result.append("&#").append(c).append(';');
                default -> result.appendCodePoint(c);
            }
        });
        return result.toString();
    }

    /** XML 1.0, production 2. */
    private static boolean isAllowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}
