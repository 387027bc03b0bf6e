package dev.facefuse.engine.label;

import dev.facefuse.engine.label.XmpPacket.Property;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The label of a fused picture, as properties of XMP: for machines anywhere how the picture came about (IPTC), and for China's
 * platforms the implicit label of GB 45438-2025, annex E. Nothing in it depends on time or chance.
 */
final class Provenance {
    /** The program that made the resource (ISO 16684-1, 8.4). */
    private static final Property CREATOR_TOOL = new Property("http://ns.adobe.com/xap/1.0/", "xmp", "CreatorTool");

    /** How the picture came about, a term of IPTC's NewsCodes (IPTC Photo Metadata). */
    private static final Property DIGITAL_SOURCE_TYPE = iptc("DigitalSourceType");

    /** The model (IPTC Photo Metadata 2025.1). */
    private static final Property AI_SYSTEM = iptc("AISystemUsed");

    private static final Property AI_SYSTEM_VERSION = iptc("AISystemVersionUsed");

    /** The implicit label of GB 45438-2025. */
    private static final Property AIGC = new Property("http://www.tc260.org.cn/ns/AIGC/1.0/", "TC260", "AIGC");

    /** A composite of captured and generated parts (IPTC NewsCodes, digital source type). */
    private static final String COMPOSITE_SYNTHETIC =
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic";

    /** The picture is generated; 2 stands for pictures that may be, 3 for pictures that are suspected to be. */
    private static final String LABEL_GENERATED = "1";

    private static final int ID_BYTES = 16;

    private Provenance() {}

    private static Property iptc(String name) {
        return new Property("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt", name);
    }

    /**
     * The label.
     *
     * @param picture that it describes
     * @param container of the picture's format
     * @param template the picture was made of
     * @param user the picture was made of
     */
    static Map<Property, String> of(
            Encoded picture,
            Container container,
            byte[] template,
            byte[] user,
            Labelling.Maker maker,
            LabelSettings settings) {
        byte[] content = contentHash(picture, container);
        Map<Property, String> label = new LinkedHashMap<>();
        label.put(CREATOR_TOOL, "facefuse " + maker.version());
        label.put(DIGITAL_SOURCE_TYPE, COMPOSITE_SYNTHETIC);
        label.put(AI_SYSTEM, "facefuse " + maker.pack());
        label.put(AI_SYSTEM_VERSION, maker.packVersion());
        label.put(AIGC, aigc(content, id(template, user, content), settings));
        return label;
    }

    private static String aigc(byte[] content, String id, LabelSettings settings) {
        Map<String, String> label = new LinkedHashMap<>();
        label.put("Label", LABEL_GENERATED);
        label.put("ContentProducer", settings.producer());
        label.put("ProduceID", id);
        label.put("ReservedCode1", "sha256:" + HexFormat.of().formatHex(content));
        label.put("ContentPropagator", settings.propagator());
        label.put("PropagateID", settings.propagator().isBlank() ? "" : id);
        label.put("ReservedCode2", "");
        return JsonMapper.shared().writeValueAsString(label);
    }

    /** SHA-256 over the picture's content, see {@link Container#content}; other metadata do not change it. */
    private static byte[] contentHash(Encoded picture, Container container) {
        MessageDigest digest = sha256();
        container.content(picture.bytes(), part -> digest.update(part.view()));
        return digest.digest();
    }

    /** Half of the SHA-256 over the SHA-256 of both inputs and of the content: the same for the same fusion. */
    private static String id(byte[] template, byte[] user, byte[] content) {
        MessageDigest digest = sha256();
        byte[] ofTemplate = digest.digest(template);
        byte[] ofUser = digest.digest(user);
        digest.update(ofTemplate);
        digest.update(ofUser);
        return HexFormat.of().formatHex(digest.digest(content), 0, ID_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
