package dev.facefuse.function.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.face.FaceChoice;
import dev.facefuse.engine.fusion.Enhance;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.picture.OutputSettings;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.retouch.BlendMode;
import dev.facefuse.engine.retouch.Blending;
import dev.facefuse.engine.retouch.Retouching;
import dev.facefuse.function.FakeEngine;
import dev.facefuse.function.storage.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CliTest {
    private final FakeEngine engine = new FakeEngine();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        Files.writeString(folder.resolve("t.jpg"), "t");
        Files.writeString(folder.resolve("u.png"), "u");
    }

    @Test
    void fusesWithTheDefaults() throws IOException {
        assertThat(fuse()).isZero();
        assertThat(folder.resolve("o.png")).hasContent("t+u");
        assertThat(out.toString())
                .isEqualTo(folder.resolve("o.png")
                        + ": 743x1155, 0.71 like the user, 0.32 like the template, 312 ms on cpu"
                        + System.lineSeparator());
        assertThat(err.toString()).isEmpty();
        assertThat(engine.settings).isEqualTo(EngineSettings.DEFAULT);
        assertThat(engine.request.options().output())
                .isEqualTo(new OutputSettings(OutputSettings.ORIGINAL, PictureFormat.PNG, 92));
        assertThat(engine.closed).isTrue();
        assertThat(names()).containsExactlyInAnyOrder("t.jpg", "u.png", "o.png");
    }

    @Test
    void everyOptionArrives() throws IOException {
        Path report = folder.resolve("r.json");
        assertThat(fuse(
                        "--blend",
                        "0.25",
                        "--mode",
                        "overlay",
                        "--skin-smooth",
                        "0.5",
                        "--brightness",
                        "0.1",
                        "--contrast",
                        "-0.2",
                        "--saturation=-0.3",
                        "--resolution",
                        "1024",
                        "--template-face",
                        "1",
                        "--user-face",
                        "2",
                        "--enhance",
                        "never",
                        "--mark",
                        "zh",
                        "--mark-corner",
                        "top-left",
                        "--producer",
                        "Example Ltd.",
                        "--threshold",
                        "0.6",
                        "--quality",
                        "80",
                        "--format",
                        "webp",
                        "--pack",
                        "/packs/p",
                        "--device",
                        "cuda:0",
                        "--report",
                        report.toString()))
                .isZero();
        assertThat(engine.settings.pack()).isEqualTo("/packs/p");
        assertThat(engine.settings.device()).isEqualTo("cuda:0");
        assertThat(engine.request.options().faces()).isEqualTo(new FaceChoice(1, 2, 0.6f));
        assertThat(engine.request.options().enhance()).isEqualTo(Enhance.NEVER);
        assertThat(engine.request.options().mark()).isEqualTo(new Mark(Mark.Words.ZH, Mark.Corner.TOP_LEFT));
        assertThat(engine.settings.label()).isEqualTo(LabelSettings.DEFAULT.withProducer("Example Ltd."));
        assertThat(engine.request.options().blending()).isEqualTo(new Blending(0.25f, BlendMode.OVERLAY));
        assertThat(engine.request.options().retouching()).isEqualTo(new Retouching(0.5f, 0.1f, -0.2f, -0.3f));
        assertThat(engine.request.options().output()).isEqualTo(new OutputSettings(1024, PictureFormat.WEBP, 80));
        JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
        assertThat(json.get("similarity").get("user").asDouble()).isEqualTo(0.71);
        assertThat(Files.readString(report)).startsWith("{\n").endsWith("}\n");
    }

    @Test
    void theLabelMayBeLeftOut() {
        assertThat(fuse("--no-label")).isZero();
        assertThat(engine.settings.label().implicit()).isFalse();
    }

    @Test
    void picturesAndResultsMayBeNamedByUris() throws IOException {
        Path o = folder.resolve("o o.png");
        assertThat(run(
                        "fuse",
                        "--template",
                        folder.resolve("t.jpg").toUri().toString(),
                        "--user",
                        u(),
                        "--out",
                        o.toUri().toString()))
                .as(err.toString())
                .isZero();
        assertThat(o).hasContent("t+u");
        assertThat(engine.request.options().output().format()).isEqualTo(PictureFormat.PNG);
    }

    @Test
    void bucketsAreReadAndWrittenWithTheCallersCredentials() {
        try (S3Server server = new S3Server("photos")) {
            System.setProperty("aws.endpointUrlS3", server.endpoint().toString());
            server.put("photos", "me.jpg", "u".getBytes(StandardCharsets.US_ASCII));
            String[] arguments = {
                "fuse",
                "--template",
                t(),
                "--user",
                "s3://photos/me.jpg",
                "--out",
                "s3://photos/fused.webp",
                "--report",
                "s3://photos/fused.json"
            };
            assertThat(run(arguments)).as(err.toString()).isZero();
            assertThat(server.get("photos", "fused.webp")).asString().isEqualTo("t+u");
            assertThat(server.head("photos", "fused.webp").orElseThrow().contentType())
                    .isEqualTo("image/webp");
            assertThat(server.get("photos", "fused.json")).asString().contains("similarity");
            arguments[4] = "s3://photos/nobody.jpg";
            assertThat(run(arguments)).isEqualTo(ErrorCode.STORAGE_NOT_FOUND.exitCode());
            assertThat(err.toString()).contains("s3://photos/nobody.jpg does not exist");
        } finally {
            System.clearProperty("aws.endpointUrlS3");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.org/a.jpg?secret|web addresses are neither read nor written by the command line; download"
                        + " the picture (curl -o picture.jpg URL) and name the file, or name a path,",
                "HTTP:/example.org/a.jpg|web addresses are neither read nor written",
                "ftp://example.org/a.jpg|web addresses are neither read nor written",
                "gs://bucket/a.jpg|URIs of the kind gs: are not known; name a path, a file:///folder/picture.jpg or an"
                        + " s3://bucket/key;",
                "data:image/png;base64,AAAA|URIs of the kind data: are not known",
                "s3:bucket/a.jpg|an s3 URI has two slashes behind the colon: s3://bucket/key;"
            })
    void uriOfAnotherKindIsToldWhatWorks(String uri, String sentence) {
        assertThat(run("fuse", "--template", uri, "--user", u(), "--out", o())).isEqualTo(2);
        saysOnly("Invalid value for option '--template': " + sentence);
        assertThat(err.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "s3://My_Photos/a.jpg, 'My_Photos' is no bucket's name: these have 3 to 63 lower-case letters",
        "s3://ab/a.jpg, 'ab' is no bucket's name",
        "s3:///a.jpg, An s3 uri has no bucket between s3:// and the next slash; send s3://bucket/key.",
        "s3://key:secret@photos/a.jpg, An s3 uri has a user",
        "s3://photos, An s3 uri's key must have"
    })
    void wrongBucketIsToldByItsName(String uri, String sentence) {
        assertThat(run("fuse", "--template", t(), "--user", uri, "--out", o())).isEqualTo(2);
        saysOnly(sentence);
        assertThat(err.toString()).doesNotContain("secret");
    }

    @Test
    void theResultMayReplaceAnInput() {
        assertThat(run(
                        "fuse",
                        "--template",
                        folder.resolve("t.jpg").toString(),
                        "--user",
                        folder.resolve("u.png").toString(),
                        "--out",
                        folder.resolve("t.jpg").toString()))
                .isZero();
        assertThat(folder.resolve("t.jpg")).hasContent("t+u");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--blend|1.5|blend is 1.5; it must be between 0 and 1.",
                "--blend|much|Invalid value for option '--blend': 'much' is not a float;",
                "--mode|soft|mode is 'soft'; it must be normal, blend or overlay.",
                "--skin-smooth|-1|skinSmooth is -1.0; it must be between 0 and 1.",
                "--brightness|0.7|brightness is 0.7; it must be between -0.5 and 0.5.",
                "--contrast|0.7|contrast is 0.7; it must be between -0.5 and 0.5.",
                "--saturation|0.7|saturation is 0.7; it must be between -0.5 and 0.5.",
                "--resolution|600|resolution is '600'; it must be original, 512, 1024 or 2048.",
                "--template-face|-1|templateFace is -1; it counts from left to right from 0",
                "--user-face|1.5|Invalid value for option '--user-face': '1.5' is not an int;",
                "--threshold|0|threshold is 0.0; it must be between 0.1 and 0.99.",
                "--enhance|yes|enhance is 'yes'; it must be auto, always or never.",
                "--mark|yes|mark is 'yes'; it must be none, zh or en.",
                "--producer|''|label.producer is empty; name who makes the pictures.",
                "--quality|101|quality is 101; it must be between 1 and 100.",
                "--plan|fast|memory.plan is 'fast'; it must be auto, resident, staged, streamed or host.",
                "--format|gif|format is 'gif'; it must be",
                "--nonsense|1|Unknown options: '--nonsense', '1';"
            })
    void aWrongOptionIsAUsageError(String option, String value, String sentence) throws IOException {
        assertThat(fuse(option, value)).isEqualTo(2);
        saysOnly(sentence);
        assertThat(engine.settings).isNull();
        assertThat(names()).doesNotContain("o.png");
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "out.gif", "out.", ".png.txt"})
    void anUnknownExtensionIsAUsageError(String name) {
        assertThat(run("fuse", "--template", "t", "--user", "u", "--out", name)).isEqualTo(2);
        saysOnly("--out " + name + " does not end in jpg, png, webp, bmp or tiff; rename it or add --format.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fuse", "fuse --template t", "nonsense", "pack", "pack verify", "serve --port x", "serve x"})
    void aWrongCommandIsAUsageError(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        saysOnly("");
        assertThat(err.toString()).endsWith("--help." + System.lineSeparator());
    }

    @Test
    void aPortOutOfRangeIsAUsageError() {
        assertThat(run("serve", "--port", "65536")).isEqualTo(2);
        saysOnly("--port is 65536; it must be between 0 and 65535.");
    }

    @Test
    void aWorkerHasAServersOptions() {
        assertThat(run("work", "--port", "0", "--plan", "fast")).isEqualTo(2);
        saysOnly("memory.plan is 'fast'; it must be auto, resident, staged, streamed or host.");
    }

    @Test
    void servesPlanIsTheConfigurations() {
        assertThat(run("serve", "--port", "0", "--plan", "fast")).isEqualTo(2);
        saysOnly("memory.plan is 'fast'; it must be auto, resident, staged, streamed or host.");
    }

    @Test
    void theReportMayNotReplaceTheResult() {
        assertThat(fuse("--report", folder.resolve(".").resolve("o.png").toString()))
                .isEqualTo(2);
        saysOnly("--report and --out name the same file; name two.");
    }

    @Test
    void benchTellsMemoryAndTime() {
        assertThat(run("bench", "--rounds", "3", "--pack", "p", "--plan", "staged"))
                .isZero();
        assertThat(engine.settings.pack()).isEqualTo("p");
        assertThat(engine.settings.memory().fastest()).isEqualTo(Plan.STAGED);
        assertThat(engine.request.options().output()).isEqualTo(new OutputSettings(1024, PictureFormat.JPEG, 92));
        assertThat(engine.closed).isTrue();
        assertThat(out.toString().strip()).isEqualTo("""
                mesh 1.0.0 on cpu, plan host, results of 1024 pixels; 3 fusions in a row
                  template            peak    after   median  ±     one process, fusions a second
                  selfie 720x1280     0.0 MB  0.0 MB  312 ms  0 ms  3.20
                  portrait 2000x3000  0.0 MB  0.0 MB  312 ms  0 ms  3.20

                Processes like this one that a card has memory for, alone there
                  card  fit  plan    each needs
                  1 GB    1  staged  30 MB beside CUDA's own and what is left alone""");
    }

    @Test
    void benchWritesJson() throws IOException {
        Path file = folder.resolve("bench.json");
        assertThat(run("bench", "--rounds", "2", "--warm-up", "1", "--json", "--out", file.toString()))
                .isZero();
        assertThat(file).hasContent(out.toString().strip());
        JsonNode json = JsonMapper.shared().readTree(file);
        assertThat(json.get("warmUp").asInt()).isEqualTo(1);
        JsonNode portrait = json.get("workloads").get(1);
        assertThat(portrait.get("name").asString()).isEqualTo("portrait");
        assertThat(portrait.get("rounds")).hasSize(2);
        assertThat(portrait.get("rounds").get(0).get("millis").asDouble()).isEqualTo(312.4);
        assertThat(portrait.get("memory")).isNotEmpty();
        assertThat(portrait.get("memory").get(0).get("allocatedBytes").asLong()).isEqualTo(300);
        assertThat(json.get("cards").get(0).get("replicas").asInt()).isEqualTo(1);
        assertThat(json.get("engine").get("pack").asString()).isEqualTo("mesh 1.0.0");
    }

    @Test
    void benchThatFailsLeavesNothing() throws IOException {
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "There is no face.");
        };
        assertThat(run("bench", "--out", folder.resolve("bench.json").toString()))
                .isEqualTo(3);
        assertThat(names()).containsExactlyInAnyOrder("t.jpg", "u.png");
    }

    @ParameterizedTest
    @CsvSource({"--rounds, 0", "--rounds, 10001", "--warm-up, -1"})
    void benchRefusesRoundsThatAreNone(String option, String value) {
        assertThat(run("bench", option, value)).isEqualTo(2);
        assertThat(err.toString()).contains(option + " is " + value + "; it must be between");
        assertThat(engine.settings).isNull();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyNamedErrorHasItsExitCodeAndLeavesNothing(ErrorCode code) throws IOException {
        engine.then = result -> {
            throw new FuseException(code, "A sentence.");
        };
        assertThat(fuse("--report", folder.resolve("r.json").toString())).isEqualTo(code.exitCode());
        saysOnly("A sentence.");
        assertThat(engine.closed).isTrue();
        assertThat(names()).containsExactlyInAnyOrder("t.jpg", "u.png");
    }

    @Test
    void busySaysWhenToComeBack() {
        engine.then = result -> {
            throw FuseException.busy("Another fusion is under way", Duration.ofMillis(2500));
        };
        assertThat(fuse()).isEqualTo(4);
        saysOnly("Another fusion is under way; try again in 3 seconds.");
    }

    @Test
    void aDefectIsNotSilent() {
        engine.then = result -> {
            throw new IllegalStateException("Broken");
        };
        assertThat(fuse()).isEqualTo(1);
        saysOnly("Broken. Run it again with --verbose and report what it says.");
        assertThat(fuse("--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("java.lang.IllegalStateException: Broken", "\tat ");
    }

    @Test
    void anErrorOfTheMachineIsOneSentenceToo() {
        engine.then = result -> {
            throw new OutOfMemoryError();
        };
        assertThat(fuse()).isEqualTo(4);
        saysOnly("The Java heap is too small for these pictures; raise it with -Xmx.");
        err.getBuffer().setLength(0);
        engine.then = result -> {
            throw new UnsatisfiedLinkError("No libtorch");
        };
        assertThat(fuse()).isEqualTo(1);
        saysOnly("No libtorch. Run it again");
    }

    @Test
    void whatWasThereSurvivesAFailure() throws IOException {
        Files.writeString(folder.resolve("o.png"), "before");
        Files.setLastModifiedTime(folder.resolve("o.png"), FileTime.fromMillis(1000));
        engine.then = result -> {
            throw new FuseException(ErrorCode.NO_FACE, "A sentence.");
        };
        assertThat(fuse()).isEqualTo(3);
        assertThat(folder.resolve("o.png")).hasContent("before");
        assertThat(Files.getLastModifiedTime(folder.resolve("o.png"))).isEqualTo(FileTime.fromMillis(1000));
    }

    @Test
    void aMissingInputIsNotFound() {
        Path missing = folder.resolve("missing.jpg");
        assertThat(run("fuse", "--template", missing.toString(), "--user", "u", "--out", o()))
                .isEqualTo(6);
        saysOnly(missing + " does not exist; check the path.");
        assertThat(engine.settings).isNull();
    }

    @Test
    void theOutputsPlaceIsCheckedBeforeTheWork() {
        Path nowhere = folder.resolve("nowhere/o.png");
        assertThat(run("fuse", "--template", t(), "--user", u(), "--out", nowhere.toString()))
                .isEqualTo(6);
        saysOnly("The folder of " + nowhere + " does not exist; make it first.");
        Path below = folder.resolve("t.jpg/o.png");
        assertThat(run("fuse", "--template", t(), "--user", u(), "--out", below.toString()))
                .isEqualTo(6);
        assertThat(engine.settings).isNull();
    }

    @Test
    void progressIsOneLineThatGoesAway() {
        Terminal live = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), true, false);
        new Cli(engine::open, live).run("fuse", "--template", t(), "--user", u(), "--out", o());
        assertThat(err.toString())
                .isEqualTo("\r\u001b[2Kloading\r\u001b[2K[1/2] detect\r\u001b[2K[2/2] warp\r\u001b[2K");
    }

    @Test
    void doctorShowsTheEngine() {
        assertThat(run("doctor")).isZero();
        assertThat(out.toString())
                .contains("facefuse  0.1.0", "libtorch  2.10.0", "cpu       AVX512, 2 threads, bfloat16")
                .contains("mesh.pt", "float16 run as float32", "host: the networks run on the host")
                .endsWith("Nothing is wrong." + System.lineSeparator());
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(engine.closed).isTrue();
    }

    @Test
    void doctorSpeaksJson() {
        assertThat(run("doctor", "--json", "--device", "cpu")).isZero();
        JsonNode json = JsonMapper.shared().readTree(out.toString());
        assertThat(json.get("engine").get("libtorch").asString()).isEqualTo("2.10.0");
        assertThat(json.get("vitals").get("drifts").asLong()).isEqualTo(3);
        assertThat(json.get("cards").get(0).get("plan").asString()).isEqualTo("staged");
        assertThat(json.get("problems").isEmpty()).isTrue();
        assertThat(json.get("embeddedPacks").get(0).asString()).startsWith("mesh ");
        assertThat(json.has("fusion")).isFalse();
        assertThat(engine.settings.device()).isEqualTo("cpu");
    }

    @Test
    void doctorRehearsesAndWritesNothing() throws IOException {
        assertThat(run("doctor", "--fuse", t(), u())).isZero();
        assertThat(out.toString())
                .contains(
                        "detect",
                        "0.12 GB",
                        "activations of mesh, up to 4 MB",
                        "0.71 like the user",
                        "nothing was written");
        assertThat(names()).containsExactlyInAnyOrder("t.jpg", "u.png");
        out.getBuffer().setLength(0);
        assertThat(run("doctor", "--json", "--fuse", t(), u())).isZero();
        JsonNode fusion = JsonMapper.shared().readTree(out.toString()).get("fusion");
        assertThat(fusion.get("stages").get(0).get("largest").asString()).isEqualTo("activations of mesh");
        assertThat(fusion.get("report").get("plan").asString()).isEqualTo("host");
    }

    @Test
    void doctorTellsByItsExitCode() {
        engine.diagnosis = healthy -> new Diagnostics(
                healthy.engine(),
                healthy.devices(),
                healthy.vitals(),
                healthy.allocator(),
                healthy.plan(),
                healthy.planReason(),
                healthy.networks(),
                healthy.cards(),
                List.of("Something leaks: report it."));
        assertThat(run("doctor")).isEqualTo(1);
        assertThat(out.toString()).contains("Wrong", "*  Something leaks: report it.");
    }

    @ParameterizedTest
    @CsvSource({"auto, RESIDENT", "resident, RESIDENT", "staged, STAGED", "streamed, STREAMED", "host, HOST"})
    void thePlanArrives(String word, Plan plan) {
        assertThat(fuse("--plan", word)).isZero();
        assertThat(engine.settings.memory()).isEqualTo(MemorySettings.DEFAULT.withFastest(plan));
        assertThat(run("doctor", "--plan", word)).isZero();
        assertThat(engine.settings.memory().fastest()).isEqualTo(plan);
    }

    @Test
    void packVerifyRefusesWhatIsNone() {
        assertThat(run("pack", "verify", folder.toString())).isEqualTo(5);
        saysOnly("");
    }

    @Test
    void packVerifyKnowsTheEmbeddedPack() {
        assertThat(run("pack", "verify", "mesh")).isZero();
        assertThat(out.toString()).startsWith("mesh: mesh ");
    }

    @Test
    void aNameThatTheLocaleCannotSpellIsASentence() {
        // What Java makes of bytes that are no letters of the locale; a NUL is refused by every one.
        assertThat(run("fuse", "--template", "a\0b", "--user", u(), "--out", o()))
                .isEqualTo(2);
        saysOnly("Invalid value for option '--template': this locale cannot name such a file;");
        assertThat(err.toString()).doesNotContain("java", "Exception");
    }

    @Test
    void whatIsInTheWayIsSaidInWords() throws IOException {
        assertThat(run(
                        "demo",
                        "--out",
                        Files.createFile(folder.resolve("in-the-way")).toString()))
                .isEqualTo(6);
        saysOnly(folder.resolve("in-the-way") + " cannot be made (A file is in its place);");
    }

    @Test
    void helpListsTheExitCodes() {
        for (String[] line : new String[][] {{"--help"}, {"fuse", "--help"}, {"demo", "-h"}}) {
            out.getBuffer().setLength(0);
            assertThat(run(line)).isZero();
            assertThat(out.toString()).contains("Usage: facefuse", "Exit codes:", "6   Storage");
        }
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("facefuse \\d+\\.\\d+\\.\\d+\\R");
    }

    private int fuse(String... more) {
        List<String> arguments = new ArrayList<>(List.of("fuse", "--template", t(), "--user", u(), "--out", o()));
        arguments.addAll(Arrays.asList(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        Terminal piped = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false);
        return new Cli(engine::open, piped).run(arguments);
    }

    private void saysOnly(String sentence) {
        assertThat(err.toString()).startsWith("facefuse: " + sentence).doesNotContain("\tat ");
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    private String t() {
        return folder.resolve("t.jpg").toString();
    }

    private String u() {
        return folder.resolve("u.png").toString();
    }

    private String o() {
        return folder.resolve("o.png").toString();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
