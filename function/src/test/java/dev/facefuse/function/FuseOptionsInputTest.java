package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuseOptionsInputTest {
    private final FuseJson json = new FuseJson(1024);

    @Test
    void nothingSaidIsTheEnginesDefault() {
        assertThat(FuseOptionsInput.NONE.toEngine()).isEqualTo(FuseOptions.DEFAULT);
    }

    @Test
    void everyOptionArrives() {
        FuseOptionsInput input = new FuseOptionsInput(Map.ofEntries(
                Map.entry("blend", 0.25f),
                Map.entry("mode", "Overlay"),
                Map.entry("skinSmooth", 0.5f),
                Map.entry("brightness", 0.1f),
                Map.entry("contrast", -0.2f),
                Map.entry("saturation", 0.3f),
                Map.entry("resolution", "2048"),
                Map.entry("format", "TIF"),
                Map.entry("quality", 80),
                Map.entry("templateFace", 1),
                Map.entry("userFace", 2),
                Map.entry("threshold", 0.6f),
                Map.entry("enhance", "Never"),
                Map.entry("mark", "ZH"),
                Map.entry("markCorner", "top-Left")));
        assertThat(input.toEngine())
                .isEqualTo(new FuseOptions(
                        new FaceChoice(1, 2, 0.6f),
                        Enhance.NEVER,
                        new Blending(0.25f, BlendMode.OVERLAY),
                        new Retouching(0.5f, 0.1f, -0.2f, 0.3f),
                        new OutputSettings(2048, PictureFormat.TIFF, 80),
                        new Mark(Mark.Words.ZH, Mark.Corner.TOP_LEFT)));
    }

    @ParameterizedTest
    @CsvSource({"jpg,JPEG", "jpeg,JPEG", "PNG,PNG", "webp,WEBP", "bmp,BMP", "tif,TIFF", "tiff,TIFF"})
    void formatsGoByEveryUsualName(String word, PictureFormat format) {
        assertThat(FuseOptionCatalog.format(word)).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "blend|1.01|blend is 1.01; it must be between 0 and 1.",
                "blend|-0.1|blend is -0.1; it must be between 0 and 1.",
                "blend|NaN|blend is NaN; it must be between 0 and 1.",
                "mode|soft|mode is 'soft'; it must be normal, blend or overlay.",
                "skinSmooth|2|skinSmooth is 2.0; it must be between 0 and 1.",
                "brightness|0.6|brightness is 0.6; it must be between -0.5 and 0.5.",
                "contrast|-0.6|contrast is -0.6; it must be between -0.5 and 0.5.",
                "saturation|1|saturation is 1.0; it must be between -0.5 and 0.5.",
                "resolution|640|resolution is '640'; it must be original, 512, 1024 or 2048.",
                "format|gif|format is 'gif'; it must be jpg, png, webp, bmp, tiff.",
                "quality|0|quality is 0; it must be between 1 and 100.",
                "templateFace|-2|templateFace is -2; it counts from left to right from 0, and is left out for the largest.",
                "userFace|-1|userFace is -1; it counts from left to right from 0, and is left out for the largest.",
                "threshold|0.05|threshold is 0.05; it must be between 0.1 and 0.99.",
                "enhance|yes|enhance is 'yes'; it must be auto, always or never.",
                "mark|yes|mark is 'yes'; it must be none, zh or en.",
                "markCorner|left|markCorner is 'left'; it must be top-left, top-right, bottom-left or bottom-right."
            })
    void outOfRangeIsRefusedWithTheRange(String name, String value, String sentence) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> json.options(Map.of(name, value)).toEngine())
                .withMessage(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void aLongWordIsNotRepeatedWhole() {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> FuseOptionCatalog.format("\u0000".repeat(10_000)))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(150).doesNotContain("\u0000"));
    }
}
