package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmpReaderTest {
    private static final String DC = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
    private static final String TITLE = "<dc:title " + DC + ">A &amp; B</dc:title>";

    private static String rdf(String descriptions) {
        return "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">" + descriptions + "</rdf:RDF>";
    }

    private static String description(String properties) {
        return rdf("<rdf:Description rdf:about=\"\">" + properties + "</rdf:Description>");
    }

    private static String kept(String packet) {
        return XmpReader.properties(packet.getBytes(UTF_8), XmpKept::keeps);
    }

    private static void refused(String packet) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(() -> kept(packet));
    }

    @Test
    void copiesAnElementWithWhatIsInIt() {
        String title = "<dc:title " + DC + "><rdf:Alt><rdf:li xml:lang=\"x-default\">Ü &lt;1&gt; 肖像</rdf:li></rdf:Alt>"
                + "</dc:title>";
        assertThat(kept(description(title))).isEqualTo(title);
    }

    @Test
    void declaresWhatWasDeclaredAroundIt() {
        String packet = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/' " + DC
                + ">" + description("<dc:title>A &amp; B</dc:title>") + "</x:xmpmeta><?xpacket end='w'?>  ";
        assertThat(kept(packet)).isEqualTo(TITLE);
    }

    @Test
    void takesSimplePropertiesFromAttributes() {
        assertThat(kept(rdf("<rdf:Description rdf:about='' " + DC + " dc:title='A &amp; B' dc:format='image/jpeg'/>")))
                .isEqualTo(TITLE);
    }

    @Test
    void goesThroughEveryDescription() {
        String one = "<rdf:Description>" + TITLE + "</rdf:Description>";
        assertThat(kept(rdf(one + "<other/>" + one))).isEqualTo(TITLE + TITLE);
    }

    @Test
    void leavesUnknownPropertiesOutWithAllThatIsInThem() {
        String unknown = "<a:b xmlns:a='urn:a'>x<rdf:Bag>" + TITLE + "</rdf:Bag></a:b>";
        assertThat(kept(description(unknown + TITLE + unknown))).isEqualTo(TITLE);
        assertThat(kept(description(unknown))).isEmpty();
    }

    @Test
    void keepsPrefixesApart() {
        String packet = description("<p:title xmlns:p='http://purl.org/dc/elements/1.1/'>"
                + "<p:x xmlns:p='urn:2' p:y='1'/><q xmlns='urn:3'><r/></q></p:title>");
        assertThat(kept(packet))
                .isEqualTo("<p:title xmlns:p=\"http://purl.org/dc/elements/1.1/\">"
                        + "<p:x xmlns:p=\"urn:2\" p:y=\"1\"></p:x><q xmlns=\"urn:3\"><r></r></q></p:title>");
    }

    @Test
    void readsOtherEncodings() {
        String packet = description(TITLE);
        assertThat(XmpReader.properties(packet.getBytes(UTF_16), XmpKept::keeps))
                .isEqualTo(TITLE);
    }

    @Test
    void keepsLineEndsThatAreMeant() {
        String title = "<dc:title " + DC + ">A&#13;B&#9;<rdf:li a=\"&#10;&quot;\"></rdf:li></dc:title>";
        assertThat(kept(description(title))).isEqualTo(title);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no XML",
                "<x/>",
                "<?xml version='1.1'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
                "<a><b></a>",
                "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><x>&b;</x>",
                "\u0000\u0000",
            })
    void refusesWhatIsNotXmp(String packet) {
        refused(packet);
    }

    @Test
    void expandsNoEntities() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE l [<!ENTITY l0 'ha'>");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY l").append(i).append(" '");
            laughs.append(("&l" + (i - 1) + ";").repeat(10)).append("'>");
        }
        refused(laughs + "]>" + description("<dc:title " + DC + ">&l29;</dc:title>"));
        refused(description("<dc:title " + DC + ">&undeclared;</dc:title>"));
    }

    @Test
    void refusesValuesThatAreNestedTooDeep() {
        String start = "<dc:title " + DC + ">";
        assertThat(kept(description(start + "<a>".repeat(30) + "</a>".repeat(30) + "</dc:title>")))
                .isNotEmpty();
        refused(description(start + "<a>".repeat(100_000) + "</a>".repeat(100_000) + "</dc:title>"));
        assertThat(kept(description("<a>".repeat(10_000) + "</a>".repeat(10_000) + TITLE)))
                .isEqualTo(TITLE);
    }

    /** Each copy would declare the namespace anew. */
    @Test
    void aLongNamespaceDoesNotMultiply() {
        String packet = "<x xmlns:n='urn:" + "n".repeat(50_000) + "'>"
                + description("<dc:title " + DC + ">" + "<n:a/>".repeat(10_000) + "</dc:title>") + "</x>";
        refused(packet);
    }
}
