package dev.facefuse.engine.label;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a fused picture says of itself, as properties of XMP: to machines anywhere how it came about (IPTC), and to those of
 * China's platforms the implicit label of GB 45438-2025, annex E. Nothing in it depends on time or chance.
 */
final class Provenance {
    /** A composite of captured and generated parts (IPTC NewsCodes, digital source type). */
    private static final String COMPOSITE_SYNTHETIC =
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic";

    /** Is generated; 2 is for what may be, 3 for what is suspected to be. */
    private static final String LABEL_GENERATED = "1";

    private static final int ID_BYTES = 16;

    private Provenance() {}

    /** Whether a property is said here; a template's own is replaced. */
    static boolean says(String namespace, String name) {
        return XmpName.CREATOR_TOOL.is(namespace, name)
                || XmpName.DIGITAL_SOURCE_TYPE.is(namespace, name)
                || XmpName.AI_SYSTEM.is(namespace, name)
                || XmpName.AI_SYSTEM_VERSION.is(namespace, name)
                || XmpName.AIGC.is(namespace, name);
    }

    /**
     * The properties.
     *
     * @param picture that says them
     * @param container of its format
     * @param template it was made of
     * @param user it was made of
     */
    static Map<XmpName, String> of(
            Encoded picture,
            Container container,
            byte[] template,
            byte[] user,
            Labelling.Maker maker,
            LabelSettings settings) {
        byte[] content = contentHash(picture, container);
        Map<XmpName, String> said = new LinkedHashMap<>();
        said.put(XmpName.CREATOR_TOOL, "facefuse " + maker.version());
        said.put(XmpName.DIGITAL_SOURCE_TYPE, COMPOSITE_SYNTHETIC);
        said.put(XmpName.AI_SYSTEM, "facefuse " + maker.pack());
        said.put(XmpName.AI_SYSTEM_VERSION, maker.packVersion());
        said.put(XmpName.AIGC, aigc(content, id(template, user, content), settings));
        return said;
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

    /** SHA-256 over the picture's content, see {@link Container#content}; metadata may change, it stays. */
    private static byte[] contentHash(Encoded picture, Container container) {
        MessageDigest digest = sha256();
        container.content(picture.file(), part -> digest.update(part.view()));
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
