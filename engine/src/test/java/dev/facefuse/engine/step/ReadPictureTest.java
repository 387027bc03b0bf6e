package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.Samples;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureReader;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReadPictureTest {
    private final PictureReader reader = new PictureReader(PictureLimits.DEFAULT);

    @Test
    void decodesItsPicture() {
        try (FusionContext context = SampleContext.encoded()) {
            new ReadPicture(Side.TEMPLATE, reader).run(context);
            new ReadPicture(Side.USER, reader).run(context);
            assertThat(context.template().picture().width()).isEqualTo(743);
            assertThat(context.user().picture().width()).isEqualTo(512);
        }
    }

    @Test
    void namesThePictureThatIsDamaged() {
        byte[] cut = Arrays.copyOf(Samples.ASTRONAUT, Samples.ASTRONAUT.length / 2);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> {
                    SourcePicture user = SourcePicture.lookedAt("user", cut, PictureLimits.DEFAULT);
                    user.decode(reader).close();
                })
                .withMessageStartingWith("user: ");
    }

    @Test
    void leavesTheDecodedPicture() {
        MemoryCost cost = new ReadPicture(Side.USER, reader).cost(SampleContext.sizes());
        assertThat(cost.left()).extracting(Allocation::bytes).containsExactly(512L * 512 * 3);
        assertThat(cost.running()).extracting(Allocation::purpose).containsExactly("decoding the user's picture");
    }

    @Test
    void decodesNoMorePixelsThanTheResultNeeds() {
        OutputSettings small = new OutputSettings(512, null, 92);
        SourcePicture template = SourcePicture.template(Samples.MONA_LISA, PictureLimits.DEFAULT, small);
        assertThat(template.size().leastShortEdge()).isEqualTo(1024);
    }
}
