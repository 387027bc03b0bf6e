package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import org.junit.jupiter.api.Test;

class LabelPictureTest {
    private final Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);

    @Test
    void addsMetadataAndKeepsFormatAndSize() {
        try (FusionContext context = SampleContext.decoded()) {
            byte[] unlabelled = context.template().source().bytes();
            context.setResult(new Encoded(unlabelled, PictureFormat.JPEG, 743, 1155));
            new LabelPicture(OutputSettings.DEFAULT, labelling).run(context);
            Encoded labelled = context.result();
            assertThat(labelled.bytes()).isNotEqualTo(unlabelled);
            assertThat(new String(labelled.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .contains("AIGC");
            assertThat(labelled.format()).isEqualTo(PictureFormat.JPEG);
            assertThat(labelled.width()).isEqualTo(743);
        }
    }
}
