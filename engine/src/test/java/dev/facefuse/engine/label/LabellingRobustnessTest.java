package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.label.Attribution.Text;
import dev.facefuse.engine.picture.PictureCorpus;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

/** Damaged metadata of a template keep no picture from being labelled and read. */
class LabellingRobustnessTest {
    private static final PictureLimits LIMITS = new PictureLimits(1 << 20, 100_000, 2_000);
    private static final Labelling LABELLING =
            new Labelling(new Labelling.Maker("0.1.0", "mesh", "1.0.0"), LabelSettings.DEFAULT);

    private static final String XMP = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF"
            + " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about=''"
            + " xmlns:dc='http://purl.org/dc/elements/1.1/' dc:source='a'><dc:title><rdf:Alt><rdf:li"
            + " xml:lang='x-default'>b</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>";

    private static Encoded corners(PictureFormat format) {
        return new Encoded(PictureCorpus.corners(format), format, 48, 32);
    }

    @Provide
    Arbitrary<Encoded> templates() {
        return Arbitraries.of(PictureFormat.JPEG, PictureFormat.PNG, PictureFormat.WEBP, PictureFormat.TIFF)
                .map(LabellingRobustnessTest::template);
    }

    @Provide
    Arbitrary<Encoded> pictures() {
        return Arbitraries.of(PictureFormat.values()).map(LabellingRobustnessTest::corners);
    }

    private static Encoded template(PictureFormat format) {
        Attribution attribution = new Attribution(
                List.of(
                        new Text(274, 3, new byte[] {6, 0}),
                        new Text(Attribution.ARTIST, 2, "Ann\0".getBytes(UTF_8)),
                        new Text(Attribution.COPYRIGHT, 2, "2024 Ann\0".getBytes(UTF_8))),
                false);
        Encoded picture = corners(format);
        byte[] bytes = Container.of(format)
                .write(picture, new Container.Metadata(attribution, Profiles.rgb(300), XMP.getBytes(UTF_8)));
        return new Encoded(bytes, format, picture.width(), picture.height());
    }

    @Property(tries = 2000)
    void labelsWhateverTheTemplate(
            @ForAll("templates") Encoded template,
            @ForAll("pictures") Encoded picture,
            @ForAll @Size(min = 1, max = 4) byte[] values,
            @ForAll @DoubleRange(min = 0, max = 1) double place) {
        byte[] changed = template.bytes().clone();
        System.arraycopy(values, 0, changed, (int) (place * (changed.length - values.length)), values.length);
        PictureHeader header = headerOrNull(changed);
        if (header == null) {
            return;
        }
        Encoded damaged = new Encoded(changed, header.format(), header.shownWidth(), header.shownHeight());
        Labelling.Labelled labelled = LABELLING.apply(picture, damaged, new byte[0]);
        assertThat(PictureHeader.read(labelled.picture(), LIMITS).format()).isEqualTo(picture.format());
        if (picture.format() != PictureFormat.BMP) {
            assertThat(new String(labelled.picture(), UTF_8)).contains("compositeSynthetic", "TC260:AIGC");
        }
        assertThat(labelled.warnings()).allMatch(warning -> warning.sentence().endsWith("."));
    }

    /** Null for a file without a valid header, which is refused before anything is fused. */
    private static PictureHeader headerOrNull(byte[] bytes) {
        try {
            return PictureHeader.read(bytes, LIMITS);
        } catch (FuseException refused) {
            return null;
        }
    }
}
