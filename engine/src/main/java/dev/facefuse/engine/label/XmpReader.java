package dev.facefuse.engine.label;

import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Copies properties out of an XMP packet (ISO 16684-1), each as an element that brings its namespaces along.
 *
 * <p>This project's own because Adobe's library keeps every prefix it meets in a registry of the process: the same packet would
 * become other bytes after other pictures, and the registry would grow with each. It also follows nested values until the stack
 * ends.
 */
final class XmpReader {
    /** What is larger describes pixels with pixels. */
    static final int MOST_BYTES = 1 << 20;

    /** The properties of a packet that a JPEG's segment holds. */
    private static final int MOST_CHARACTERS = XmpPacket.MOST_BYTES;

    /** Ten are usual. */
    private static final int MOST_DEPTH = 40;

    private final XMLStreamReader in;
    private final BiPredicate<String, String> kept;
    private final StringBuilder out = new StringBuilder();
    /** Prefixes that are declared where the output stands, innermost first. */
    private final Deque<Map<String, String>> scopes = new ArrayDeque<>();

    private XmpReader(XMLStreamReader in, BiPredicate<String, String> kept) {
        this.in = in;
        this.kept = kept;
        scopes.push(Map.of(XMLConstants.XML_NS_PREFIX, XMLConstants.XML_NS_URI, "rdf", XmpName.RDF, "", ""));
    }

    /**
     * The properties that are kept, one after the other; empty if there is none. The prefix {@code rdf} has to be declared around
     * them.
     *
     * @param packet at most {@link #MOST_BYTES}, in any encoding that XML can be in
     * @param kept by namespace and name
     * @throws FuseException {@code bad-picture} if it is not XMP, or has more of them than fit into a packet
     */
    static String properties(byte[] packet, BiPredicate<String, String> kept) {
        try {
            XmpReader reader = new XmpReader(factory().createXMLStreamReader(new ByteArrayInputStream(packet)), kept);
            reader.read();
            return reader.out.toString();
        } catch (XMLStreamException | RuntimeException notXmp) {
            // The JDK's parser has more to throw at bytes that are no XML than it declares.
            throw Block.unreadable("It is not XMP: " + notXmp.getMessage());
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private void read() throws XMLStreamException {
        if ("1.1".equals(in.getVersion())) {
            throw Block.unreadable("XMP is XML 1.0");
        }
        while (!(next() == XMLStreamConstants.START_ELEMENT && isRdf("RDF"))) {
            // Around it there is an element without meaning, or none.
        }
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (in.isStartElement() && isRdf("Description")) {
                description();
            } else if (in.isStartElement()) {
                skip();
            }
        }
    }

    private boolean isRdf(String name) {
        return name.equals(in.getLocalName()) && XmpName.RDF.equals(in.getNamespaceURI());
    }

    /** Properties are elements in it; simple ones may be its attributes. */
    private void description() throws XMLStreamException {
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String namespace = said(in.getAttributeNamespace(i));
            if (kept.test(namespace, in.getAttributeLocalName(i))) {
                String name = qualified(in.getAttributePrefix(i), in.getAttributeLocalName(i));
                put("<" + name + " xmlns:" + in.getAttributePrefix(i) + "=\"");
                put(XmlText.escaped(namespace) + "\">");
                put(XmlText.escaped(in.getAttributeValue(i)) + "</" + name + ">");
            }
        }
        while (next() != XMLStreamConstants.END_ELEMENT) {
            if (in.isStartElement() && kept.test(said(in.getNamespaceURI()), in.getLocalName())) {
                copy();
            } else if (in.isStartElement()) {
                skip();
            }
        }
    }

    private void skip() throws XMLStreamException {
        int depth = 1;
        while (depth > 0) {
            int event = next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    /** The element that has just begun, with all that is in it. */
    private void copy() throws XMLStreamException {
        start();
        for (int depth = 1; depth > 0; ) {
            switch (next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    if (depth > MOST_DEPTH) {
                        throw Block.unreadable("Its values are nested more than " + MOST_DEPTH + " deep");
                    }
                    start();
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    put("</" + qualified(in.getPrefix(), in.getLocalName()) + ">");
                    scopes.pop();
                }
                case XMLStreamConstants.CHARACTERS -> put(XmlText.escaped(in.getText()));
                default -> {}
            }
        }
    }

    private void start() {
        scopes.push(new HashMap<>());
        put("<" + qualified(in.getPrefix(), in.getLocalName()));
        declare(said(in.getPrefix()), said(in.getNamespaceURI()));
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String prefix = said(in.getAttributePrefix(i));
            if (!prefix.isEmpty()) {
                declare(prefix, said(in.getAttributeNamespace(i)));
            }
            put(" " + qualified(prefix, in.getAttributeLocalName(i)) + "=\"");
            put(XmlText.escaped(in.getAttributeValue(i)) + "\"");
        }
        put(">");
    }

    private void declare(String prefix, String namespace) {
        String declared = scopes.stream()
                .map(scope -> scope.get(prefix))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (!namespace.equals(declared)) {
            put(prefix.isEmpty() ? " xmlns=\"" : " xmlns:" + prefix + "=\"");
            put(XmlText.escaped(namespace) + "\"");
            Objects.requireNonNull(scopes.peek()).put(prefix, namespace);
        }
    }

    /** A namespace may be long and declared for every element anew: what counts is the copy. */
    private void put(String xml) {
        if (out.length() + xml.length() > MOST_CHARACTERS) {
            throw Block.unreadable("Its properties have more than " + MOST_CHARACTERS + " characters");
        }
        out.append(xml);
    }

    /** XMP has neither document types nor entities. */
    private int next() throws XMLStreamException {
        int event = in.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw Block.unreadable("It declares a document type");
        }
        return event;
    }

    private static String qualified(@Nullable String prefix, String name) {
        return said(prefix).isEmpty() ? name : prefix + ":" + name;
    }

    private static String said(@Nullable String text) {
        return text == null ? "" : text;
    }
}
