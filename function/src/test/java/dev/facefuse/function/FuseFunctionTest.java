package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.storage.MemoryS3;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FuseFunctionTest {
    private final FakeEngine engine = new FakeEngine();
    private final MemoryS3 s3 = new MemoryS3();
    private final FuseJson json = new FuseJson(100);
    private final FuseFunction function =
            new FuseFunction(engine, s3.storage(List.of("s3://bucket/in/"), List.of("s3://bucket/out/")), json);

    @Test
    void translatesThereAndBack() {
        FuseOutput output = function.apply(new FuseInput(picture("t"), picture("u"), null));
        assertThat(output.picture().bytes()).asString(StandardCharsets.US_ASCII).isEqualTo("t+u");
        assertThat(output.picture().mediaType()).isEqualTo("image/jpeg");
        assertThat(output.report()).isSameAs(FakeEngine.REPORT);
        assertThat(engine.request).isNotNull();
        assertThat(engine.request.options()).isEqualTo(FuseOptions.DEFAULT);
        assertThat(engine.closed).isFalse();
        assertThat(s3.calls).isEmpty();
    }

    @Test
    void fetchesPicturesAndPutsTheResultWithItsReportBeside() {
        s3.with("s3://bucket/in/t.jpg", bytes("t")).with("s3://bucket/in/u.jpg", bytes("u"));
        FuseOutput output = function.apply(new FuseInput(
                FuseInput.Picture.at("s3://bucket/in/t.jpg"),
                FuseInput.Picture.at("s3://bucket/in/u.jpg"),
                null,
                new FuseInput.Output("s3://bucket/out/1.webp")));
        assertThat(output.picture().uri()).isEqualTo("s3://bucket/out/1.webp");
        assertThat(output.picture().base64()).isNull();
        assertThat(engine.request.options().output().format()).isEqualTo(PictureFormat.WEBP);
        NewObject picture = s3.objects.get("s3://bucket/out/1.webp");
        assertThat(picture.bytes()).asString(StandardCharsets.US_ASCII).isEqualTo("t+u");
        assertThat(picture.mediaType()).isEqualTo("image/webp");
        assertThat(picture.metadata())
                .containsEntry("facefuse-version", "0.1.0")
                .containsEntry("facefuse-pack", "mesh 1.0.0");
        NewObject report = s3.objects.get("s3://bucket/out/1.json");
        assertThat(report.mediaType()).isEqualTo("application/json");
        JsonNode tree = json.mapper().readTree(report.bytes());
        assertThat(tree.get("similarity").get("user").asDouble()).isEqualTo(0.71);
        // Who sees the picture finds the report.
        assertThat(s3.calls).endsWith("write s3://bucket/out/1.json", "write s3://bucket/out/1.webp");
    }

    @Test
    void anOptionWinsOverTheExtension() {
        function.apply(new FuseInput(
                picture("t"),
                picture("u"),
                FuseOptionsInput.NONE.withFormat(PictureFormat.PNG),
                new FuseInput.Output("s3://bucket/out/1.jpg")));
        assertThat(s3.objects.get("s3://bucket/out/1.jpg").mediaType()).isEqualTo("image/png");
    }

    @Test
    void fetchesNothingForAResultThatHasNoPlace() {
        refuses(
                ErrorCode.STORAGE_DENIED,
                new FuseInput(
                        FuseInput.Picture.at("s3://bucket/in/t.jpg"),
                        picture("u"),
                        null,
                        new FuseInput.Output("s3://bucket/in/1.jpg")));
        assertThat(s3.calls).isEmpty();
        assertThat(engine.request).isNull();
    }

    @Test
    void fetchesNothingThatWouldFindNoRoom() {
        engine.room = FuseException.busy("Another fusion is under way", Duration.ZERO);
        refuses(ErrorCode.BUSY, new FuseInput(FuseInput.Picture.at("s3://bucket/in/t.jpg"), picture("u"), null));
        assertThat(s3.calls).isEmpty();
    }

    @Test
    void picturesHaveTheSameLimitEverywhere() {
        s3.with("s3://bucket/in/t.jpg", new byte[101]);
        refuses(
                ErrorCode.PICTURE_TOO_LARGE,
                new FuseInput(FuseInput.Picture.at("s3://bucket/in/t.jpg"), picture("u"), null));
    }

    private void refuses(ErrorCode code, FuseInput input) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> function.apply(input))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static FuseInput.Picture picture(String bytes) {
        return FuseInput.Picture.of(bytes(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
