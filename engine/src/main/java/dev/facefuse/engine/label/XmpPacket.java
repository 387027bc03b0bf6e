package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/** An XMP packet (ISO 16684-1, 7): an RDF description in XML, framed by two processing instructions. */
final class XmpPacket {
    private static final String BEFORE = """
            <?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="">
            """;

    private static final String AFTER = """

            </rdf:Description>
            </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="w"?>""";

    private XmpPacket() {}

    /** A property's name: the namespace of its schema, the schema's usual prefix, its own name. */
    record Property(String namespace, String prefix, String name) {}

    /** A packet in UTF-8 with simple properties. */
    static byte[] of(Map<Property, String> properties) {
        StringBuilder packet = new StringBuilder(BEFORE);
        properties.forEach((property, value) -> {
            String element = property.prefix() + ":" + property.name();
            packet.append('<').append(element);
            packet.append(" xmlns:").append(property.prefix()).append("=\"").append(property.namespace());
            packet.append("\">").append(escaped(value));
            packet.append("</").append(element).append(">\n");
        });
        return packet.append(AFTER).toString().getBytes(UTF_8);
    }

    /** Text as XML 1.0 has it in elements: with references for markup and white space, without characters that XML forbids. */
    private static String escaped(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().filter(XmpPacket::isAllowed).forEach(c -> {
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
