package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/** An XMP packet (ISO 16684-1, 7): an RDF description in XML, framed by two processing instructions. */
final class XmpPacket {
    /** What a JPEG's segment holds (ISO 16684-3, 6.1.3). */
    static final int MOST_BYTES = 65_502;

    private static final String BEFORE = """
            <?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="%s">
            <rdf:Description rdf:about="">
            """.formatted(XmpName.RDF);

    private static final String AFTER = """

            </rdf:Description>
            </rdf:RDF>
            </x:xmpmeta>
            <?xpacket end="w"?>""";

    private XmpPacket() {}

    /**
     * A packet in UTF-8.
     *
     * @param properties simple ones, by name
     * @param more elements, as {@link XmpReader} gives them
     */
    static byte[] of(Map<XmpName, String> properties, String more) {
        StringBuilder packet = new StringBuilder(BEFORE);
        properties.forEach((name, value) -> {
            String element = name.prefix() + ":" + name.name();
            packet.append('<').append(element);
            packet.append(" xmlns:").append(name.prefix()).append("=\"").append(name.namespace());
            packet.append("\">").append(XmlText.escaped(value));
            packet.append("</").append(element).append(">\n");
        });
        return packet.append(more).append(AFTER).toString().getBytes(UTF_8);
    }
}
