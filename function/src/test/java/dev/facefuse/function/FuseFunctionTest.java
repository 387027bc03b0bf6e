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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
        // Like the report of an event's result, this one says that all is there.
        assertThat(s3.calls).endsWith("write s3://bucket/out/1.webp", "write s3://bucket/out/1.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shell.php",
                ".htaccess",
                ".jpg",
                ".hidden.jpg",
                "1.json",
                "1",
                "1.",
                "1.jpg.",
                "1.jpg ",
                "1.jpg/",
                "",
                "1.jpg.php",
                "authorized_keys"
            })
    void aResultHasAPicturesName(String name) {
        refuses(ErrorCode.BAD_REQUEST, input("s3://bucket/out/" + name));
        assertThat(s3.calls).isEmpty();
        assertThat(engine.request).isNull();
    }

    @Test
    void aResultTakesThePlaceOfItsOlderVersion() {
        function.apply(input("s3://bucket/out/1.JPG"));
        function.apply(input("s3://bucket/out/1.JPG"));
        assertThat(s3.objects).containsOnlyKeys("s3://bucket/out/1.JPG", "s3://bucket/out/1.json");
    }

    @Test
    void aReportIsNotReplacedByAnothersReport() {
        function.apply(input("s3://bucket/out/1.jpg"));
        NewObject report = s3.objects.get("s3://bucket/out/1.json");
        engine.request = null;
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.png"));
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.JPG"));
        assertThat(engine.request).isNull();
        assertThat(s3.objects).hasSize(2).containsEntry("s3://bucket/out/1.json", report);
    }

    @Test
    void aFileOfSomebodyElseIsNotReplacedByAReport() {
        s3.with("s3://bucket/out/1.json", bytes("{}"));
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.jpg"));
        assertThat(engine.request).isNull();
        assertThat(s3.objects.get("s3://bucket/out/1.json").bytes()).isEqualTo(bytes("{}"));
        assertThat(s3.objects).hasSize(1);
    }

    @Test
    void whatAppearsInTheReportsPlaceMeanwhileStays() {
        s3.beforeWrite = () -> s3.with("s3://bucket/out/1.json", bytes("{}"));
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.jpg"));
        assertThat(s3.objects).containsOnlyKeys("s3://bucket/out/1.json");
        assertThat(s3.objects.get("s3://bucket/out/1.json").bytes()).isEqualTo(bytes("{}"));
    }

    @Test
    void whoWritesTheSameAtOnceIsDoneToo() {
        s3.beforeWrite = () -> function.apply(input("s3://bucket/out/1.jpg"));
        function.apply(input("s3://bucket/out/1.jpg"));
        assertThat(s3.objects).containsOnlyKeys("s3://bucket/out/1.jpg", "s3://bucket/out/1.json");
    }

    @Test
    void neitherPictureNorReportIsAlone() {
        s3.readOnly = "s3://bucket/out/1.json";
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.jpg"));
        assertThat(s3.objects).isEmpty();
        s3.readOnly = "s3://bucket/out/1.jpg";
        refuses(ErrorCode.STORAGE_DENIED, input("s3://bucket/out/1.jpg"));
        assertThat(s3.objects).isEmpty();
    }

    private static FuseInput input(String to) {
        return new FuseInput(picture("t"), picture("u"), null, new FuseInput.Output(to));
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
