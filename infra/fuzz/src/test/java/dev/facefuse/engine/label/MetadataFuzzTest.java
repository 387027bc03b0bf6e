package dev.facefuse.engine.label;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * The picture made of a template is labelled and whole, and its pixels are unchanged, also if the template's metadata are damaged. The
 * metadata that it inherits are inherited again from it.
 */
class MetadataFuzzTest {
    private static final PictureLimits LIMITS = new PictureLimits(1 << 20, 1_000_000, 2_000);
    private static final Labelling.Maker MAKER = new Labelling.Maker("0.1.0", "mesh", "1.0.0");
    private static final Labelling LABELLING = new Labelling(MAKER, LabelSettings.DEFAULT);
    private static final Labelling INHERITING = new Labelling(MAKER, LabelSettings.DEFAULT.withImplicit(false));

    private static final List<Encoded> PICTURES =
            Arrays.stream(PictureFormat.values()).map(PictureSeeds::plain).toList();

    /** A profile that is inflated to its limit, and the copies on its way. */
    private static final long MOST_HEAP_BYTES = 16 << 20;

    @FuzzTest
    void isInherited(byte[] template) {
        PictureHeader header = header(template);
        if (header == null) {
            return;
        }
        Encoded source = new Encoded(template, header.format(), header.shownWidth(), header.shownHeight());
        for (Encoded picture : PICTURES) {
            Heap.assertAtMost(MOST_HEAP_BYTES, () -> LABELLING.apply(picture, source, new byte[0]));
            assertLabelled(picture, LABELLING.apply(picture, source, new byte[0]));
            assertInheritedAgain(picture, INHERITING.apply(picture, source, new byte[0]));
        }
    }

    /** Null for a template that is refused before anything is fused. */
    private static PictureHeader header(byte[] template) {
        try {
            return PictureHeader.read(template, LIMITS);
        } catch (FuseException refused) {
            return null;
        }
    }

    private static void assertLabelled(Encoded picture, Labelling.Labelled labelled) {
        labelled.warnings().forEach(warning -> Refusal.checkSentence(warning.sentence()));
        PictureHeader header = PictureHeader.read(labelled.picture(), LIMITS);
        assertThat(header.format()).isEqualTo(picture.format());
        assertThat(header.width()).isEqualTo(picture.width());
        assertThat(header.height()).isEqualTo(picture.height());
        assertThat(header.orientation()).isEqualTo(1);
        Container container = Container.of(picture.format());
        if (container == null) {
            assertThat(labelled.picture()).isEqualTo(picture.bytes());
            return;
        }
        assertThat(content(container, labelled.picture())).isEqualTo(content(container, picture.bytes()));
        assertThat(new String(labelled.picture(), ISO_8859_1)).contains("digitalsourcetype/compositeSynthetic");
    }

    private static void assertInheritedAgain(Encoded picture, Labelling.Labelled once) {
        Labelling.Labelled twice = INHERITING.apply(picture, with(picture, once.picture()), new byte[0]);
        assertThat(twice.warnings()).isEmpty();
        assertThat(twice.picture()).isEqualTo(once.picture());
    }

    private static Encoded with(Encoded picture, byte[] bytes) {
        return new Encoded(bytes, picture.format(), picture.width(), picture.height());
    }

    private static byte[] content(Container container, byte[] picture) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        container.content(picture, part -> content.writeBytes(part.copy()));
        return content.toByteArray();
    }
}
