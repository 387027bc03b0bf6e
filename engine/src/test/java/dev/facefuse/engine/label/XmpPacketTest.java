package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.label.XmpPacket.Property;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

class XmpPacketTest {
    private static final Property PROPERTY = new Property("urn:a", "a", "b");

    private static String read(String value) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        byte[] packet = XmpPacket.of(Map.of(PROPERTY, value));
        Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(packet));
        return document.getElementsByTagNameNS("urn:a", "b").item(0).getTextContent();
    }

    @ParameterizedTest
    @CsvSource({"A & B", "<Ü> \"肖像\"", "😀", "'a]]>b'", "&amp;"})
    void anXmlParserReadsTheValue(String value) throws Exception {
        assertThat(read(value)).isEqualTo(value);
        assertThat(read(value + "\r\n\t" + value)).isEqualTo(value + "\r\n\t" + value);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "11", "31", "55296", "57343", "65534", "65535"})
    void charactersThatXmlForbidsAreLeftOut(int codePoint) throws Exception {
        assertThat(read("a" + (char) codePoint + "b")).isEqualTo("ab");
    }
}
