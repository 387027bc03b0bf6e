package dev.facefuse.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.label.Encoded;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Labelling;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.picture.PictureHeader;
import dev.facefuse.engine.picture.PictureLimits;
import dev.facefuse.engine.picture.PictureWriter;
import org.junit.jupiter.api.Test;

class WritePictureTest {
    private final Labelling labelling = new Labelling(new Labelling.Maker("1", "mesh", "1"), LabelSettings.DEFAULT);

    @Test
    void takesFormatAndSizeFromTheTemplate() {
        Encoded result = written(OutputSettings.DEFAULT);
        assertThat(result.format()).isEqualTo(PictureFormat.JPEG);
        assertThat(result.width()).isEqualTo(743);
        assertThat(result.height()).isEqualTo(1155);
    }

    @Test
    void takesFormatAndSizeFromTheOptions() {
        Encoded result = written(new OutputSettings(512, PictureFormat.PNG, 92));
        PictureHeader header = PictureHeader.read(result.bytes(), PictureLimits.DEFAULT);
        assertThat(header.format()).isEqualTo(PictureFormat.PNG);
        assertThat(header.height()).isEqualTo(512);
        assertThat(result.height()).isEqualTo(512);
    }

    private Encoded written(OutputSettings output) {
        try (FusionContext context = SampleContext.decoded()) {
            write(output).run(context);
            return context.result();
        }
    }

    private WritePicture write(OutputSettings output) {
        return new WritePicture(output, Mark.NONE, labelling, new PictureWriter());
    }
}
