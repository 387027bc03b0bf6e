package dev.facefuse.engine.label;

/** A property's name in XMP: the namespace of its schema, the schema's usual prefix, its own name. */
record XmpName(String namespace, String prefix, String name) {
    static final String RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    static final String XMP = "http://ns.adobe.com/xap/1.0/";
    static final String IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    static final String TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/";

    /** What made the resource (ISO 16684-1, 8.4). */
    static final XmpName CREATOR_TOOL = new XmpName(XMP, "xmp", "CreatorTool");

    /** How the picture came about, a term of IPTC's NewsCodes (IPTC Photo Metadata). */
    static final XmpName DIGITAL_SOURCE_TYPE = new XmpName(IPTC_EXTENSION, "Iptc4xmpExt", "DigitalSourceType");

    /** The model (IPTC Photo Metadata 2025.1). */
    static final XmpName AI_SYSTEM = new XmpName(IPTC_EXTENSION, "Iptc4xmpExt", "AISystemUsed");

    static final XmpName AI_SYSTEM_VERSION = new XmpName(IPTC_EXTENSION, "Iptc4xmpExt", "AISystemVersionUsed");

    /** The implicit label of GB 45438-2025. */
    static final XmpName AIGC = new XmpName(TC260, "TC260", "AIGC");

    /** Whether it is this property, whatever the prefix. */
    boolean is(String otherNamespace, String otherName) {
        return namespace.equals(otherNamespace) && name.equals(otherName);
    }
}
