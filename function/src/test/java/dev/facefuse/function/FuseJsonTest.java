package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import tools.jackson.databind.JsonNode;

class FuseJsonTest {
    private static final String WHOLE = """
            {"template": {"base64": "AQID"}, "user": {"base64": "BAUG"},
             "options": {"blend": 0.5, "mode": "overlay", "resolution": 1024, "format": "png", "userFace": 1}}""";

    private final FuseJson json = new FuseJson(1 << 10);

    @Example
    void readsPicturesAndOptions() {
        FuseInput input = read(WHOLE);
        assertThat(input.template().base64()).containsExactly(1, 2, 3);
        assertThat(input.user().base64()).containsExactly(4, 5, 6);
        assertThat(input.options())
                .isEqualTo(new FuseOptionsInput(Map.of(
                        "blend", 0.5f, "mode", "overlay", "resolution", "1024", "format", "png", "userFace", 1)));
    }

    @Example
    void picturesAndTheResultMayBeElsewhere() {
        FuseInput input = read("""
                {"template": {"uri": "s3://b/t"}, "user": {"uri": "s3://b/u"}, "output": {"uri": "s3://b/o.png"}}""");
        assertThat(input.template()).isEqualTo(FuseInput.Picture.at("s3://b/t"));
        assertThat(input.user()).isEqualTo(FuseInput.Picture.at("s3://b/u"));
        assertThat(input.output()).isEqualTo(new FuseInput.Output("s3://b/o.png"));
        assertThat(read(WHOLE).output()).isNull();
    }

    @Example
    void anAnswerNamesEitherBytesOrTheirPlace() {
        assertThat(json.asciiLine(new FuseOutput.Picture(new byte[3], "image/png", null)))
                .isEqualTo("{\"base64\":\"AAAA\",\"mediaType\":\"image/png\"}");
        assertThat(json.asciiLine(new FuseOutput.Picture(null, "image/png", "s3://b/o.png")))
                .isEqualTo("{\"mediaType\":\"image/png\",\"uri\":\"s3://b/o.png\"}");
    }

    @Example
    void optionsMayBeLeftOut() {
        assertThat(read("{\"template\":{\"base64\":\"\"},\"user\":{\"base64\":\"\"}}")
                        .options())
                .isEqualTo(FuseOptionsInput.NONE);
    }

    @Property
    void picturesSurviveTheWayThroughJson(
            @ForAll @Size(max = 200) byte[] template, @ForAll @Size(max = 200) byte[] user) {
        Base64.Encoder encoder = Base64.getEncoder();
        FuseInput input = read("{\"template\":{\"base64\":\"" + encoder.encodeToString(template)
                + "\"},\"user\":{\"base64\":\"" + encoder.encodeToString(user) + "\"}}");
        assertThat(input.template().base64()).isEqualTo(template);
        assertThat(input.user().base64()).isEqualTo(user);
    }

    @Example
    void aByteOrderMarkIsPassedOver() {
        assertThat(read("\uFEFF" + WHOLE).options()).isEqualTo(read(WHOLE).options());
    }

    /** Broken UTF-32 is no fault of the stream, nor is a fourth of two bytes swapped. */
    @Example
    void otherEncodingsAreRefused() {
        byte[] broken = WHOLE.getBytes(Charset.forName("UTF-32BE"));
        broken[4] = 0x7F;
        for (byte[] body : List.of(broken, new byte[] {0, 0, '{', 0}, WHOLE.getBytes(StandardCharsets.UTF_16BE))) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> json.read(new ByteArrayInputStream(body)))
                    .withMessageStartingWith("The body is not JSON (line 1, column 1)")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        }
    }

    @Property
    void damagedJsonIsANamedErrorOrAnInput(
            @ForAll @IntRange(max = 160) int at, @ForAll @ByteRange byte value, @ForAll @IntRange(max = 3) int drop) {
        byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
        int from = Math.min(at, bytes.length - 1);
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write(bytes, 0, from);
        damaged.write(value);
        int to = Math.min(bytes.length, from + drop);
        damaged.write(bytes, to, bytes.length - to);
        try {
            read(damaged.toByteArray()).options().toEngine();
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(e.getMessage())
                    .doesNotContain("tools.jackson", "dev.facefuse", "\n")
                    .endsWith(".");
        }
    }

    @Example
    void saysWhatIsWrong() {
        refuses("", "The body is not what is expected; send {");
        refuses("null", "The body is null; send {");
        refuses("[]", "The body is not what is expected; send {");
        refuses("{\"template\":", "The body is not JSON (line 1, column");
        refuses("{}", "template is missing; send two pictures, template and user.");
        refuses("{\"template\":{\"base64\":\"AAAA\"}}", "user is missing");
        refuses("{\"template\":{},\"user\":{}}", "template has no base64");
        refuses("{\"template\":{\"url\":\"s3://a/b\"}}", "template: 'url' is not known; known are base64, uri.");
        refuses(
                "{\"template\":{\"uri\":\"s3://a/b\",\"base64\":\"\"},\"user\":{\"base64\":\"\"}}",
                "template has both base64 and uri");
        refuses("{\"template\":{\"uri\":{}}}", "template.uri must be");
        refuses(
                "{\"template\":{\"base64\":\"\"},\"user\":{\"base64\":\"\"},\"output\":{}}",
                "output has no uri; send {");
        refuses("{\"template\":{\"base64\":7}}", "template.base64 must be base64 text.");
        refuses("{\"template\":{\"base64\":\"*\"}}", "A picture's base64 cannot be decoded");
        refuses("{\"template\":\"AAAA\"}", "template must be an object.");
        refuses(
                "{\"template\":{\"base64\":\"\"},\"template\":{\"base64\":\"\"}}",
                "'template' is given twice; give it once.");
        refuses("{\"template\":{\"base64\":\"\",\"base64\":\"\"}}", "template: 'base64' is given twice; give it once.");
        refuses("{\"a\\\" (b\":1,\"a\\\" (b\":1}", "'a");
        refuses(WHOLE + "{}", "The body is not");
    }

    @Example
    void namesTheOptionThatIsWrong() {
        refusesOptions(
                "\"blnd\":1", "options: 'blnd' is not known; known are blend, brightness, contrast, enhance, format,");
        refusesOptions("\"blend\":\"much\"", "options.blend must be a number.");
        for (String number : List.of("1.5", "\"1.5\"", "true", "\"nine\"", "\"0x10\"", "\"NaN\"", "\"1e99\"", "[]")) {
            refusesOptions("\"quality\":" + number, "options.quality must be a whole number.");
        }
        refusesOptions("\"blend\":1,\"blend\":1", "options: 'blend' is given twice; give it once.");
        refusesOptions("\"quality\":1e300", "options.quality is beyond all bounds");
        refusesOptions("\"quality\":-1e10", "options.quality is beyond all bounds");
        refusesOptions("\"mode\":{}", "options.mode must be a word or a number.");
        refusesOptions("\"userFace\":99999999999", "options.userFace is beyond all bounds");
    }

    @Example
    void aWholeNumberMayHaveAPoint() {
        for (String number : List.of("90", "90.0", "90.00", "9e1", "0.9E+2", "\"90\"", "\"90.0\"", "\" 9e1 \"")) {
            FuseInput input = withOptions("\"quality\":" + number);
            assertThat(input.options().get(FuseOptionCatalog.QUALITY))
                    .as(number)
                    .isEqualTo(90);
        }
        assertThat(json.options(Map.of("quality", "90.0", "userFace", "2.0")).get(FuseOptionCatalog.USER_FACE))
                .isEqualTo(2);
        assertThat(json.options(Map.of("quality", "")).get(FuseOptionCatalog.QUALITY))
                .isNull();
        FuseInput input = withOptions("\"resolution\":1024.0,\"quality\":null");
        assertThat(input.options().toEngine().output().longestEdge()).isEqualTo(1024);
        assertThat(input.options().get(FuseOptionCatalog.QUALITY)).isNull();
    }

    @Example
    void refusesAPictureThatIsTooLarge() {
        String text = Base64.getEncoder().encodeToString(new byte[(1 << 10) + 1]);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> read("{\"template\":{\"base64\":\"" + text + "\"}}"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PICTURE_TOO_LARGE));
    }

    @Example
    void refusesNestingWithoutEnd() {
        refuses("[".repeat(100_000), "The body is not");
    }

    @Example
    void optionsComeFromFieldsToo() {
        assertThat(json.options(Map.of("blend", "0.25", "userFace", "2", "resolution", "original")))
                .isEqualTo(new FuseOptionsInput(Map.of("blend", 0.25f, "userFace", 2, "resolution", "original")));
    }

    @Example
    void theReportHasTheContractsNames() {
        JsonNode tree = json.mapper().readTree(json.indented(FakeEngine.REPORT));
        assertThat(tree.propertyNames())
                .containsExactly(
                        "facefuse",
                        "pack",
                        "device",
                        "dtype",
                        "plan",
                        "planReason",
                        "degraded",
                        "millis",
                        "stages",
                        "memory",
                        "faces",
                        "similarity",
                        "output",
                        "warnings");
        assertThat(tree.get("stages").get(0).propertyNames()).containsExactly("name", "millis", "peakBytes");
        assertThat(tree.get("memory").propertyNames())
                .containsExactly("beforeBytes", "peakBytes", "afterBytes", "reservedBytes");
        assertThat(tree.get("faces").propertyNames()).containsExactly("template", "user");
        assertThat(tree.get("similarity").propertyNames()).containsExactly("user", "template");
        assertThat(tree.get("output").propertyNames()).containsExactly("width", "height", "format");
    }

    @Example
    void aHeadersReportIsOneLineOfAscii() {
        assertThat(json.asciiLine(FakeEngine.REPORT))
                .contains("Gr\\u00F6\\u00DFe")
                .matches("\\p{Print}+");
    }

    private void refusesOptions(String options, String sentence) {
        refuses(options(options), sentence);
    }

    private FuseInput withOptions(String options) {
        return read(options(options));
    }

    private static String options(String options) {
        return "{\"template\":{\"base64\":\"\"},\"user\":{\"base64\":\"\"},\"options\":{" + options + "}}";
    }

    private void refuses(String text, String sentence) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> read(text))
                .withMessageStartingWith(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private FuseInput read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private FuseInput read(byte[] bytes) {
        try {
            return json.read(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
