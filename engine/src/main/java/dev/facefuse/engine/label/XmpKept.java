package dev.facefuse.engine.label;

import java.util.List;
import java.util.Set;

/**
 * Which properties of a template's XMP a fused picture keeps: who made it, with what, when, whose it is, what may be done with
 * it, and what it is called. Not where it was, who is in it and what they agreed to; not thumbnails, previews, depths, regions
 * and the history of a file this no longer is. Schemas that are not known here may say any of it and are left out.
 */
final class XmpKept {

    /**
     * A schema of which properties are kept.
     *
     * @param only these; all but {@code not} if it is empty
     */
    private record Schema(String namespace, Set<String> only, Set<String> not) {
        private static Schema all(String namespace, String... not) {
            return new Schema(namespace, Set.of(), Set.of(not));
        }

        private static Schema only(String namespace, String... only) {
            return new Schema(namespace, Set.of(only), Set.of());
        }

        private boolean keeps(String name) {
            return only.isEmpty() ? !not.contains(name) : only.contains(name);
        }
    }

    private static final String EXIF = "http://ns.adobe.com/exif/1.0/";

    private static final List<Schema> SCHEMAS = List.of(
            Schema.all("http://purl.org/dc/elements/1.1/", "coverage", "format"),
            Schema.all(XmpName.XMP, "Thumbnails", "PageInfo"),
            Schema.all("http://ns.adobe.com/xap/1.0/rights/"),
            Schema.all("http://creativecommons.org/ns#"),
            Schema.all(
                    "http://ns.useplus.org/ldf/xmp/1.0/",
                    "MinorModelAgeDisclosure",
                    "ModelReleaseID",
                    "ModelReleaseStatus"),
            Schema.only(
                    "http://ns.adobe.com/photoshop/1.0/",
                    "AuthorsPosition",
                    "CaptionWriter",
                    "Category",
                    "Credit",
                    "DateCreated",
                    "Headline",
                    "Instructions",
                    "Source",
                    "SupplementalCategories",
                    "TransmissionReference",
                    "Urgency"),
            Schema.all("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "CountryCode", "Location"),
            Schema.all(
                    XmpName.IPTC_EXTENSION,
                    "AddlModelInfo",
                    "DigImageGUID",
                    "ImageRegion",
                    "LocationCreated",
                    "LocationShown",
                    "MaxAvailHeight",
                    "MaxAvailWidth",
                    "ModelAge",
                    "PersonInImage",
                    "PersonInImageWDetails"),
            Schema.only(
                    "http://ns.adobe.com/tiff/1.0/",
                    "Artist",
                    "Copyright",
                    "DateTime",
                    "ImageDescription",
                    "Make",
                    "Model",
                    "Software"),
            Schema.all(
                    EXIF,
                    "MakerNote",
                    "NativeDigest",
                    "PixelXDimension",
                    "PixelYDimension",
                    "RelatedSoundFile",
                    "SubjectArea",
                    "SubjectLocation"),
            Schema.all("http://cipa.jp/exif/1.0/"),
            Schema.all("http://ns.adobe.com/exif/1.0/aux/"),
            Schema.all(XmpName.TC260));

    private XmpKept() {}

    /** Whether a property is kept. */
    static boolean keeps(String namespace, String name) {
        boolean place = namespace.equals(EXIF) && name.startsWith("GPS");
        return !place && SCHEMAS.stream().anyMatch(schema -> schema.namespace.equals(namespace) && schema.keeps(name));
    }
}
