package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseOption.Placement;
import dev.facefuse.function.FuseOption.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A declaration is all that a new option needs; the command line's flag is in {@code OptionFlagsTest}. */
class FuseOptionTest {
    private static final List<FuseOption<?>> OPTIONS = SampleOption.andAll();

    private final FuseJson json = new FuseJson(1024, OPTIONS);

    @Test
    void jsonHasADeclaredOption() throws IOException {
        assertThat(brightness("{\"skinWarmth\": 1}")).isEqualTo(0.25f);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> brightness("{\"skinWarmth\": 3}"))
                .withMessage("skinWarmth is 3.0; it must be between -2 and 2.");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> brightness("{\"skinWarmth\": \"much\"}"))
                .withMessage("options.skinWarmth must be a number.");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> brightness("{\"warmth\": 1}"))
                .withMessageContaining("skinSmooth, skinWarmth, templateFace");
    }

    private float brightness(String options) throws IOException {
        String body = "{\"template\":{\"base64\":\"\"},\"user\":{\"base64\":\"\"},\"options\":" + options + "}";
        return json.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                .options()
                .toEngine(OPTIONS)
                .retouching()
                .brightness();
    }

    @Test
    void formsHaveADeclaredOption() {
        FuseOptionsInput options = json.options(Map.of("skinWarmth", "-2"));
        assertThat(options.get(SampleOption.WARMTH)).isEqualTo(-2f);
        assertThat(options.toEngine(OPTIONS).retouching().brightness()).isEqualTo(-0.5f);
    }

    @Test
    void pageHasADeclaredOption() {
        assertThat(OptionDocuments.controls(OPTIONS, Placement.FORM, ""))
                .contains("<label for=\"skinWarmth\" data-word=\"skin-warmth\">Skin warmth</label>")
                .contains("name=\"skinWarmth\" min=\"-2\" max=\"2\" step=\"0.25\" value=\"0\"");
        assertThat(OptionDocuments.words(OPTIONS, Text::english)).contains("\"skin-warmth\": \"Skin warmth\",");
        assertThat(OptionDocuments.words(OPTIONS, Text::chinese)).contains("\"skin-warmth\": \"肤色冷暖\",");
    }

    @Test
    void documentationHasADeclaredOption() {
        assertThat(OptionDocuments.table(OPTIONS, Text::english))
                .contains("| `--skin-warmth` | `skinWarmth` | Warmth of the skin | -2 to 2 | 0 |");
        assertThat(OptionDocuments.table(OPTIONS, Text::chinese)).contains("| 皮肤的冷暖 | -2 到 2 | 0 |");
    }

    static List<FuseOption<?>> all() {
        return FuseOptionCatalog.ALL;
    }

    /** The page leaves options at their default out, so it must show the engine's default. */
    @ParameterizedTest
    @MethodSource("all")
    void defaultIsTheEngines(FuseOption<?> option) {
        String value = option.values().defaultValue();
        FuseOptionsInput options = json.options(value.isEmpty() ? Map.of() : Map.of(option.name(), value));
        FuseOptions expected = option.equals(FuseOptionCatalog.MARK_CORNER)
                ? options.toEngine() // The settings may name another corner, so the engine's default is open.
                : FuseOptions.DEFAULT;
        assertThat(options.toEngine()).isEqualTo(expected);
    }
}
