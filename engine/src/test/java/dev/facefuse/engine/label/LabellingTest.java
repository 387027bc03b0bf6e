package dev.facefuse.engine.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.sun.management.ThreadMXBean;
import dev.facefuse.engine.Samples;
import dev.facefuse.engine.picture.DecodeSize;
import dev.facefuse.engine.picture.Picture;
import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.picture.PictureWriter;
import dev.facefuse.engine.problem.Warning;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks labelled pictures with ExifTool if it is installed, and without it where that is possible. */
class LabellingTest {
    private static final Labelling.Maker MAKER = new Labelling.Maker("0.1.0", "mesh", "1.0.0");
    private static final Labelling LABELLING = new Labelling(MAKER, LabelSettings.DEFAULT);
    private static final byte[] USER = {1, 2, 3};
    private static final int WIDTH = 48;
    private static final int HEIGHT = 32;
    private static final XmpPacket.Property TITLE =
            new XmpPacket.Property("http://purl.org/dc/elements/1.1/", "dc", "title");

    private static Encoded corners(PictureFormat format) {
        return encoded(PictureCorpus.corners(format), format);
    }

    private static Encoded encoded(byte[] bytes, PictureFormat format) {
        return new Encoded(bytes, format, WIDTH, HEIGHT);
    }

    private static Labelling.Labelled labelled(PictureFormat format, Encoded template) {
        return LABELLING.apply(corners(format), template, USER);
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void theLabelNamesProgramModelAndKindOfPicture(PictureFormat format) {
        Labelling.Labelled labelled = labelled(format, corners(PictureFormat.BMP));
        assertThat(labelled.warnings()).isEmpty();
        JsonNode found = Exiftool.read(labelled.picture(), format);
        assertThat(found.get("XMP-iptcExt:DigitalSourceType").asString())
                .isEqualTo("http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic");
        assertThat(found.get("XMP-iptcExt:AISystemUsed").asString()).isEqualTo("facefuse mesh");
        assertThat(found.get("XMP-iptcExt:AISystemVersionUsed").asString()).isEqualTo("1.0.0");
        assertThat(found.get("XMP-xmp:CreatorTool").asString()).isEqualTo("facefuse 0.1.0");
        JsonNode aigc = aigc(found);
        assertThat(aigc.propertyNames())
                .containsExactly(
                        "Label",
                        "ContentProducer",
                        "ProduceID",
                        "ReservedCode1",
                        "ContentPropagator",
                        "PropagateID",
                        "ReservedCode2");
        assertThat(aigc.get("Label").asString()).isEqualTo("1");
        assertThat(aigc.get("ContentProducer").asString()).isEqualTo("facefuse");
        assertThat(aigc.get("ProduceID").asString()).matches("[0-9a-f]{32}");
        assertThat(aigc.get("ReservedCode1").asString()).matches("sha256:[0-9a-f]{64}");
        assertThat(aigc.get("ContentPropagator").asString()).isEmpty();
        assertThat(aigc.get("PropagateID").asString()).isEmpty();
        assertThat(aigc.get("ReservedCode2").asString()).isEmpty();
        assertIsSound(found, format);
    }

    /** ExifTool changes the case of a name that it does not know. */
    private static JsonNode aigc(JsonNode found) {
        String name = found.propertyNames().stream()
                .filter(property -> property.equalsIgnoreCase("XMP-TC260:AIGC"))
                .findFirst()
                .orElseThrow();
        return JsonMapper.shared().readTree(found.get(name).asString());
    }

    /** ExifTool warns about each TIFF, since OpenCV leaves required tags out. */
    private static void assertIsSound(JsonNode found, PictureFormat format) {
        assertThat(found.get("ExifTool:Validate").asString())
                .as(found.toString())
                .startsWith(format == PictureFormat.TIFF ? "0 " : "0 0 0");
    }

    @Test
    void theLabelNamesTheOperator() {
        LabelSettings settings = new LabelSettings(true, "甲 & <Söhne> \"001\"", "乙", Mark.NONE);
        Encoded png = corners(PictureFormat.PNG);
        byte[] picture = new Labelling(MAKER, settings).apply(png, png, USER).picture();
        JsonNode aigc = aigc(Exiftool.read(picture, PictureFormat.PNG));
        assertThat(aigc.get("ContentProducer").asString()).isEqualTo("甲 & <Söhne> \"001\"");
        assertThat(aigc.get("ContentPropagator").asString()).isEqualTo("乙");
        assertThat(aigc.get("PropagateID")).isEqualTo(aigc.get("ProduceID"));
    }

    @ParameterizedTest
    @EnumSource
    void pixelsAreUnchanged(PictureFormat format) {
        assertThat(Samples.pixels(labelled(format, corners(PictureFormat.JPEG)).picture()))
                .isEqualTo(Samples.pixels(PictureCorpus.corners(format)));
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 100})
    void theAlphaOfAWebpIsUnchanged(int quality) {
        PictureReader reader = new PictureReader(PictureLimits.DEFAULT);
        try (Scalar half = Scalar.all(120);
                Picture picture = Picture.of(
                        new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC3, half),
                        new Mat(HEIGHT, WIDTH, opencv_core.CV_8UC1, half))) {
            byte[] webp = new PictureWriter().write(picture, PictureFormat.WEBP, quality);
            byte[] labelled = LABELLING
                    .apply(encoded(webp, PictureFormat.WEBP), corners(PictureFormat.PNG), USER)
                    .picture();
            try (Picture read = reader.read(labelled, DecodeSize.full())) {
                assertThat(Samples.pixels(read.alpha())).isEqualTo(Samples.pixels(picture.alpha()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameInputsGiveTheSameBytesAndOthersAnotherId(PictureFormat format) {
        Encoded picture = corners(format);
        byte[] once = LABELLING.apply(picture, picture, USER).picture();
        byte[] twice =
                LABELLING.apply(corners(format), corners(format), USER.clone()).picture();
        assertThat(twice).isEqualTo(once);
        if (format != PictureFormat.BMP) {
            assertThat(LABELLING.apply(picture, picture, new byte[] {4}).picture())
                    .isNotEqualTo(once);
            assertThat(LABELLING
                            .apply(picture, corners(PictureFormat.BMP), USER)
                            .picture())
                    .isNotEqualTo(once);
        }
    }

    @Test
    void aBmpHoldsNoLabelAndHasAWarning() {
        Encoded bmp = corners(PictureFormat.BMP);
        Labelling.Labelled labelled = LABELLING.apply(bmp, bmp, USER);
        assertThat(labelled.picture()).isSameAs(bmp.bytes());
        assertThat(labelled.warnings())
                .singleElement()
                .extracting(Warning::sentence, STRING)
                .startsWith("BMP holds no metadata: the picture does not say that it is made.");
        assertThat(withoutLabel(bmp, bmp).warnings()).isEmpty();
    }

    private static Labelling.Labelled withoutLabel(Encoded picture, Encoded template) {
        return new Labelling(MAKER, LabelSettings.DEFAULT.withImplicit(false)).apply(picture, template, USER);
    }

    @ParameterizedTest
    @EnumSource
    void aPictureWithoutALabelAndInheritedMetadataIsUnchanged(PictureFormat format) {
        Encoded picture = corners(format);
        assertThat(withoutLabel(picture, corners(PictureFormat.PNG)).picture()).isSameAs(picture.bytes());
    }

    private static final String[] KEPT = {"-IFD0:Artist=Ann", "-IFD0:Copyright=Ann 2024"};

    private static final String[] CHANGED = {
        "-IFD0:Orientation=6",
        "-IFD0:XResolution=300",
        "-IFD0:YResolution=300",
        "-IFD0:ResolutionUnit=3",
        "-IFD0:YCbCrPositioning=2",
        "-XMP-xmp:CreatorTool=Camera 1",
        "-XMP-iptcExt:DigitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
    };

    private static final String[] DROPPED = {
        "-IFD0:Make=Camera",
        "-IFD0:ImageDescription=Portrait",
        "-IFD0:HostComputer=Phone",
        "-ExifIFD:DateTimeOriginal=2024:05:06 07:08:09",
        "-ExifIFD:FNumber=2.8",
        "-ExifIFD:SerialNumber=123",
        "-ExifIFD:OwnerName=Ben",
        "-ExifIFD:ExifImageWidth=4000",
        "-ExifIFD:ExifImageHeight=3000",
        "-GPS:GPSLatitude=48.1",
        "-GPS:GPSLatitudeRef=N",
        "-XMP-dc:Title=Portrait <1> & \"more\" 肖像",
        "-XMP-dc:Creator=Ann",
        "-XMP-dc:Rights=Ann 2024",
        "-XMP-xmpRights:WebStatement=https://example.org/",
        "-XMP-photoshop:Credit=Ann",
        "-XMP-iptcCore:CreatorContactInfo={CiEmailWork=ann@example.org}",
        "-XMP-plus:Licensor={LicensorName=Ann}",
        "-XMP-exif:GPSLatitude=48.1",
        "-XMP-photoshop:City=Munich",
        "-XMP-photoshop:Country=Germany",
        "-XMP-iptcCore:Location=Marienplatz",
        "-XMP-iptcExt:LocationShown={City=Munich}",
        "-XMP-iptcExt:PersonInImage=Ann",
        "-XMP-plus:ModelReleaseStatus=MR-UMR",
        "-XMP-tiff:Orientation=6",
        "-XMP-exif:ExifImageWidth=4000",
        "-XMP-dc:Format=image/x-raw",
        "-XMP-xmpMM:DocumentID=1",
        "-XMP-crs:Sharpness=7",
        "-XMP-mwg-rs:RegionInfo={RegionList=[{Name=Ann}]}",
    };

    /** Every format is read once and written once. */
    @ParameterizedTest
    @CsvSource({"JPEG, PNG", "PNG, WEBP", "WEBP, TIFF", "TIFF, JPEG"})
    void keepsProfileArtistAndCopyrightOfTheTemplateAndNothingElse(PictureFormat from, PictureFormat to) {
        byte[] profile = Profiles.rgb(150_000);
        List<String> all = new ArrayList<>(List.of("-ICC_Profile<=" + Exiftool.file(profile)));
        Stream.of(KEPT, CHANGED, DROPPED).map(List::of).forEach(all::addAll);
        Encoded template = encoded(Exiftool.written(PictureCorpus.corners(from), from, all), from);
        Labelling.Labelled labelled = labelled(to, template);
        assertThat(labelled.warnings()).isEmpty();
        JsonNode before = Exiftool.read(template.bytes(), from);
        JsonNode after = Exiftool.read(labelled.picture(), to);
        for (String tag : KEPT) {
            String name = name(tag);
            assertThat(after.get(name)).as(name).isNotNull().isEqualTo(before.get(name));
        }
        assertThat(Exiftool.block(labelled.picture(), to, "-ICC_Profile")).isEqualTo(profile);
        assertThat(after.path("IFD0:Orientation").asInt(1)).isEqualTo(1);
        assertThat(after.path("IFD0:XResolution").asInt(72)).isEqualTo(72);
        assertThat(after.path("IFD0:YResolution").asInt(72)).isEqualTo(72);
        assertThat(after.path("IFD0:ResolutionUnit").asInt(2)).isEqualTo(2);
        assertThat(after.path("IFD0:YCbCrPositioning").asInt(1)).isEqualTo(1);
        assertThat(after.get("XMP-xmp:CreatorTool").asString()).isEqualTo("facefuse 0.1.0");
        assertThat(after.get("XMP-iptcExt:DigitalSourceType").asString()).endsWith("/compositeSynthetic");
        for (String tag : DROPPED) {
            assertThat(before.has(name(tag))).as(name(tag)).isTrue();
            assertThat(after.has(name(tag))).as(name(tag)).isFalse();
        }
        assertThat(after.propertyNames()).noneMatch(name -> name.startsWith("GPS") || name.startsWith("ExifIFD"));
        assertThat(new String(labelled.picture(), StandardCharsets.UTF_8))
                .doesNotContain("Munich", "Marienplatz", "2024:05:06", "Portrait", "Ben");
        assertIsSound(after, to);
    }

    private static String name(String tag) {
        return tag.substring(1, tag.indexOf('='));
    }

    @Test
    void nothingOfTheThumbnailIsLeft() {
        byte[] thumbnail = PictureCorpus.corners(PictureFormat.JPEG, 16, 16);
        byte[] jpeg = PictureCorpus.corners(PictureFormat.JPEG);
        byte[] template = Exiftool.written(
                jpeg, PictureFormat.JPEG, List.of("-IFD0:Artist=Ann", "-ThumbnailImage<=" + Exiftool.file(thumbnail)));
        assertThat(indexOf(template, thumbnail)).isPositive();
        byte[] picture = labelled(PictureFormat.JPEG, encoded(template, PictureFormat.JPEG))
                .picture();
        assertThat(indexOf(picture, thumbnail)).isNegative();
        assertThat(Exiftool.read(picture, PictureFormat.JPEG).get("IFD0:Artist").asString())
                .isEqualTo("Ann");
    }

    private static int indexOf(byte[] in, byte[] what) {
        return new String(in, StandardCharsets.ISO_8859_1).indexOf(new String(what, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @EnumSource(names = "BMP", mode = EnumSource.Mode.EXCLUDE)
    void damagedMetadataAreLeftOutWithAWarning(PictureFormat format) {
        byte[] profile = Profiles.rgb(400);
        profile[36] = 'A';
        Attribution shortNumber = new Attribution(List.of(new Attribution.Text(315, 3, new byte[] {1, 0})), false);
        byte[] template =
                Container.of(format).write(corners(format), new Container.Metadata(shortNumber, profile, utf8("<x>")));
        Labelling.Labelled labelled = labelled(format, encoded(template, format));
        assertThat(labelled.warnings())
                .extracting(Warning::sentence)
                .containsExactly(
                        "The template's artist or copyright (EXIF) is damaged or too large; it was left out.",
                        "The template's colour profile is damaged or too large; it was left out.");
        assertThat(labelled.warnings()).extracting(Warning::kind).containsOnly(Warning.Kind.METADATA_LEFT_OUT);
        assertThat(found(labelled, format).profile()).isNull();
        assertThat(xmp(labelled)).contains("compositeSynthetic");
    }

    @Test
    void aDamagedBlockOfExifIsLeftOutWithAWarning() {
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        byte[] template = PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("eXIf", utf8("no EXIF at all")));
        Labelling.Labelled labelled = labelled(PictureFormat.PNG, encoded(template, PictureFormat.PNG));
        assertThat(labelled.warnings())
                .extracting(Warning::sentence)
                .containsExactly(
                        "The template's EXIF data are damaged; artist and copyright, if there are any, were left out.");
        assertThat(xmp(labelled)).contains("compositeSynthetic");
    }

    @Test
    void aProfileForGreyIsLeftOutWithAWarning() {
        byte[] profile = Profiles.grey(400);
        Labelling.Labelled labelled = labelled(PictureFormat.PNG, template(PictureFormat.PNG, profile, null));
        assertThat(labelled.warnings())
                .extracting(Warning::sentence)
                .containsExactly("The template's colour profile is not for RGB, as the result is; it was left out.");
        assertThat(found(labelled, PictureFormat.PNG).profile()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 64_900, 70_000})
    void xmpOfTheTemplateIsDropped(int characters) {
        byte[] xmp = XmpPacket.of(Map.of(TITLE, "x".repeat(characters)));
        assertXmpIsDropped(template(PictureFormat.PNG, null, xmp), "xxx");
    }

    @Test
    void deflatedXmpOfTheTemplateIsDropped() {
        byte[] deflated = utf8("XML:com.adobe.xmp\0\1\0en\0XMP in English\0deflated");
        byte[] png = PictureCorpus.corners(PictureFormat.PNG);
        byte[] template = PictureCorpus.afterPngHeader(png, PictureCorpus.chunk("iTXt", deflated));
        assertXmpIsDropped(encoded(template, PictureFormat.PNG), "XMP in English");
    }

    /** An XML parser would be misled by these, or spend much time or memory on them. */
    @ParameterizedTest
    @MethodSource
    void hostileXmpOfTheTemplateIsDropped(String xmp) {
        assertXmpIsDropped(template(PictureFormat.PNG, null, utf8(xmp)), "hostile");
    }

    static Stream<String> hostileXmpOfTheTemplateIsDropped() {
        StringBuilder laughs = new StringBuilder("<!DOCTYPE l [<!ENTITY hostile0 'ha'>");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY hostile").append(i).append(" '");
            laughs.append(("&hostile" + (i - 1) + ";").repeat(10)).append("'>");
        }
        return Stream.of(
                "",
                "no XML, hostile",
                "<hostile/>",
                "<?xml version='1.1'?><hostile/>",
                "<hostile><b></hostile>",
                "<!DOCTYPE a [<!ENTITY hostile SYSTEM 'file:///etc/hostname'>]><x>&hostile;</x>",
                laughs + "]><x>&hostile29;</x>",
                "<hostile>".repeat(100_000) + "</hostile>".repeat(100_000),
                "<x xmlns:n='urn:hostile" + "n".repeat(50_000) + "'>" + "<n:a/>".repeat(10_000) + "</x>");
    }

    private static void assertXmpIsDropped(Encoded template, String dropped) {
        Labelling.Labelled labelled = labelled(PictureFormat.JPEG, template);
        assertThat(labelled.warnings()).isEmpty();
        assertThat(new String(labelled.picture(), StandardCharsets.ISO_8859_1)).doesNotContain(dropped);
        assertThat(xmp(labelled)).contains("compositeSynthetic");
    }

    @Test
    void aTemplatesOwnLabelIsReplacedOrDropped() {
        Encoded picture = corners(PictureFormat.PNG);
        byte[] other = new Labelling(MAKER, LabelSettings.DEFAULT.withProducer("theirs"))
                .apply(picture, picture, USER)
                .picture();
        Encoded template = encoded(other, PictureFormat.PNG);
        assertThat(xmp(labelled(PictureFormat.PNG, template)))
                .containsOnlyOnce("<TC260:AIGC")
                .doesNotContain("theirs");
        assertThat(withoutLabel(picture, template).picture()).isEqualTo(picture.bytes());
    }

    /** As docs/labels.md describes it, with ExifTool and a checksum. */
    @ParameterizedTest
    @EnumSource(names = {"JPEG", "PNG"})
    void theChecksumIsThatOfTheFileWithoutMetadata(PictureFormat format) throws NoSuchAlgorithmException {
        byte[] picture = labelled(format, corners(PictureFormat.BMP)).picture();
        byte[] bare = Exiftool.written(picture, format, List.of("-all="));
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(bare);
        assertThat(aigc(Exiftool.read(picture, format)).get("ReservedCode1").asString())
                .isEqualTo("sha256:" + HexFormat.of().formatHex(sum));
    }

    /** The bound that {@link dev.facefuse.engine.step.LabelPicture} uses, for a template with the largest metadata that are read. */
    @Test
    void metadataTakeNoMoreMemoryThanWasSaid() {
        Attribution.Text text = new Attribution.Text(Attribution.ARTIST, 2, new byte[Attribution.MOST_TEXT_BYTES]);
        byte[] template = Container.of(PictureFormat.PNG)
                .write(
                        corners(PictureFormat.PNG),
                        new Container.Metadata(
                                new Attribution(List.of(text), false),
                                Profiles.rgb(IccProfile.MOST_BYTES),
                                XmpPacket.of(Map.of(TITLE, "x".repeat(1 << 20)))));
        Encoded picture = corners(PictureFormat.PNG);
        LABELLING.apply(picture, encoded(template, PictureFormat.PNG), USER);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        byte[] labelled = LABELLING
                .apply(picture, encoded(template, PictureFormat.PNG), USER)
                .picture();
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(labelled.length).isGreaterThan(IccProfile.MOST_BYTES);
        assertThat(taken - labelled.length).isLessThan(13_000_000);
    }

    private static Encoded template(PictureFormat format, byte[] profile, byte[] xmp) {
        Container.Metadata metadata = new Container.Metadata(Attribution.NONE, profile, xmp);
        return encoded(Container.of(format).write(corners(format), metadata), format);
    }

    private static Container.Found found(Labelling.Labelled labelled, PictureFormat format) {
        return Container.of(format).find(labelled.picture());
    }

    /** The only XMP packet of a picture, which is stored as it is in every format. */
    private static String xmp(Labelling.Labelled labelled) {
        String picture = new String(labelled.picture(), StandardCharsets.UTF_8);
        String end = "<?xpacket end=\"w\"?>";
        assertThat(picture).containsOnlyOnce("<?xpacket begin=").containsOnlyOnce(end);
        return picture.substring(picture.indexOf("<?xpacket begin="), picture.indexOf(end) + end.length());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
