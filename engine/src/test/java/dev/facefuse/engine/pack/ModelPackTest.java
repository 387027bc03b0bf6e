package dev.facefuse.engine.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPackTest {
    @TempDir
    Path directory;

    @BeforeEach
    void copy() {
        PackFolder.copyTo(directory);
    }

    @Test
    void opensTheEmbeddedPackByName() {
        ModelPack pack = ModelPack.find("mesh");
        assertThat(pack.label()).isEqualTo("mesh " + pack.version());
        assertThat(pack.roles()).containsOnlyKeys("detector", "mesh", "embedding");
        pack.verify();
    }

    @Test
    void opensADirectory() {
        ModelPack pack = ModelPack.find(directory.toString());
        pack.verify();
        assertThat(pack.asset("topology")).isNotEmpty();
        Manifest.Part part = whole(pack, "mesh");
        try (ScriptModel model = pack.load(part, Dtype.FLOAT32)) {
            assertThat(model.name()).isEqualTo("mesh.pt");
            assertThat(model.dtype()).isEqualTo(Dtype.FLOAT32);
            assertThat(model.weightBytes())
                    .isEqualTo(part.memory().get("float32").weightBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector.pt", "mesh.pt", "embedding.pt", "topology.json"})
    void rejectsAFileWithOneChangedBit(String file) throws IOException {
        PackFolder.tamper(directory.resolve(file));
        assertInvalid(() -> ModelPack.open(directory).verify(), file, "SHA-256 differs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector.pt", "topology.json"})
    void rejectsATruncatedFile(String file) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(file));
        Files.write(directory.resolve(file), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertInvalid(() -> ModelPack.open(directory).verify(), file, "SHA-256 differs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector.pt", "topology.json"})
    void rejectsAFileThatIsTooLong(String file) throws IOException {
        Files.write(directory.resolve(file), new byte[1], java.nio.file.StandardOpenOption.APPEND);
        assertInvalid(() -> ModelPack.open(directory).verify(), file, "SHA-256 differs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector.pt", "mesh.pt", "embedding.pt", "topology.json"})
    void rejectsAMissingFile(String file) throws IOException {
        Files.delete(directory.resolve(file));
        assertInvalid(() -> ModelPack.open(directory).verify(), file, "is missing");
    }

    @Test
    void rejectsADirectoryInsteadOfAFile() throws IOException {
        Files.delete(directory.resolve("mesh.pt"));
        Files.createDirectory(directory.resolve("mesh.pt"));
        assertInvalid(() -> ModelPack.open(directory).verify(), "mesh.pt", "cannot be read");
    }

    @Test
    void verifiesTheLoadedBytes() throws IOException {
        ModelPack pack = ModelPack.open(directory);
        pack.verify();
        PackFolder.tamper(directory.resolve("mesh.pt"));
        PackFolder.tamper(directory.resolve("topology.json"));
        assertInvalid(() -> pack.load(whole(pack, "mesh"), Dtype.FLOAT32).close(), "mesh.pt", "SHA-256 differs");
        assertInvalid(() -> pack.asset("topology"), "topology.json", "SHA-256 differs");
    }

    /** The other file is a valid network too. */
    @Test
    void rejectsAPartThatIsReplacedAfterItsVerification() throws IOException {
        byte[] other = Files.readAllBytes(directory.resolve("detector.pt"));
        ModelPack pack = changedAfterVerification(file -> PackFolder.replace(directory.resolve(file), other));
        assertInvalid(
                () -> pack.load(whole(pack, "mesh"), Dtype.FLOAT32).close(),
                "mesh.pt",
                "changed after it was verified");
    }

    @Test
    void loadsTheVerifiedBytesEvenIfTheFileIsReplaced() throws IOException {
        ModelPack pack = changedAfterVerification(
                file -> PackFolder.replace(directory.resolve(file), Files.readAllBytes(directory.resolve(file))));
        try (ScriptModel model = pack.load(whole(pack, "mesh"), Dtype.FLOAT32)) {
            assertThat(model.inputNames()).containsExactly("image");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector", "mesh", "embedding"})
    void rejectsAPartThatIsModifiedAfterItsVerification(String role) {
        ModelPack pack = changedAfterVerification(file -> PackFolder.tamper(directory.resolve(file)));
        assertInvalid(() -> pack.load(whole(pack, role), Dtype.FLOAT32).close(), role, "changed after it was verified");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pack.json", "detector.pt", "mesh.pt", "embedding.pt", "topology.json"})
    void detectsALaterChange(String file) throws IOException {
        ModelPack pack = ModelPack.open(directory);
        List<ScriptModel> models = new ArrayList<>();
        try {
            for (String role : pack.roles().keySet()) {
                models.add(pack.load(whole(pack, role), Dtype.FLOAT32));
            }
            assertThat(pack.asset("topology")).isNotEmpty();
            byte[] bytes = Files.readAllBytes(directory.resolve(file));
            pack.requireUnchanged();

            PackFolder.zeroAThird(directory.resolve(file));
            assertInvalid(pack::requireUnchanged, file, "changed after it was verified", "restart facefuse");

            PackFolder.truncate(directory.resolve(file));
            assertInvalid(pack::requireUnchanged, file, "changed after it was verified", "restart facefuse");

            Files.delete(directory.resolve(file));
            assertInvalid(pack::requireUnchanged, file, "cannot be read any more", "restart facefuse");

            Files.write(directory.resolve(file), bytes);
            if (file.equals("detector.pt") || file.equals("embedding.pt")) {
                // Weights are read from the opened file, which is truncated now.
                assertInvalid(pack::requireUnchanged, file, "changed after it was verified");
            } else {
                pack.requireUnchanged();
            }
        } finally {
            models.forEach(ScriptModel::close);
        }
    }

    @Test
    void doesNotWatchVerifiedFilesThatWereNotRead() throws IOException {
        ModelPack pack = ModelPack.open(directory);
        pack.verify();
        PackFolder.zeroAThird(directory.resolve("mesh.pt"));
        pack.requireUnchanged();
        assertInvalid(pack::verify, "mesh.pt", "SHA-256 differs");
    }

    private interface Change {
        void to(String file) throws IOException;
    }

    private ModelPack changedAfterVerification(Change change) {
        return ModelPack.open(directory, Clock.systemUTC(), file -> {
            try {
                change.to(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void keepsWeightsInTheFileIfTheDtypeMatches() {
        ModelPack pack = ModelPack.open(directory);
        assertThat(pack.staysInFile(whole(pack, "detector"), "float32", Dtype.FLOAT32))
                .isTrue();
        assertThat(pack.staysInFile(whole(pack, "mesh"), "float16", Dtype.FLOAT32))
                .isFalse();
        assertThat(ModelPack.embedded("mesh").staysInFile(whole(pack, "detector"), "float32", Dtype.FLOAT32))
                .isFalse();
        try (ScriptModel detector = pack.load(whole(pack, "detector"), Dtype.FLOAT32);
                ScriptModel mesh = pack.load(whole(pack, "mesh"), Dtype.FLOAT32)) {
            assertThat(detector.fileBytes()).isGreaterThan(detector.weightBytes() / 2);
            assertThat(mesh.fileBytes()).isLessThan(mesh.weightBytes() / 10);
        }
    }

    @Test
    void rejectsAnEmptyDirectory(@TempDir Path empty) {
        assertInvalid(() -> ModelPack.open(empty), "pack.json", "is missing");
        assertInvalid(() -> ModelPack.find(empty.toString()), "pack.json", empty.toString());
    }

    @Test
    void rejectsAMissingDirectory() {
        assertInvalid(() -> ModelPack.find(directory.resolve("pack.json").toString()), "pack.json", "no model pack");
        assertInvalid(() -> ModelPack.find(directory.resolve("nowhere").toString()), "nowhere", "no model pack");
        assertInvalid(() -> ModelPack.find("mish"), "mish", "no model pack");
        assertInvalid(() -> ModelPack.embedded("mish"), "pack.json", "mish", "is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", " ", "../mesh", "elsewhere/mesh"})
    void rejectsAnInvalidName(String name) {
        assertInvalid(() -> ModelPack.find(name), "model pack");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "no JSON at all",
                "{}",
                "{\"format\": null}",
                "{\"format\": 3, \"name\": \"a\", \"version\": \"1\", \"roles\": {}, \"assets\": {}}",
                "{\"format\": 3, \"name\": \"a\", \"version\": \"1\", \"roles\": {\"mesh\": null}, \"assets\": {}}",
                "{\"format\": 3, \"name\": \"a\", \"version\": \"1\", \"roles\": {\"mesh\": {}}, \"assets\": {}}",
                "{\"format\": 3, \"name\": \"\", \"version\": \"1\", \"roles\": {\"mesh\": {}}, \"assets\": {}}",
                "{\"format\": 3, \"name\": \"a\", \"version\": \"1\", \"roles\": [], \"assets\": {}}",
            })
    void rejectsAnInvalidManifest(String json) throws IOException {
        Files.writeString(directory.resolve("pack.json"), json);
        assertInvalid(() -> ModelPack.open(directory), "pack.json");
    }

    @Test
    void rejectsALargeManifest() throws IOException {
        Files.write(directory.resolve("pack.json"), new byte[2 << 20]);
        assertInvalid(() -> ModelPack.open(directory), "pack.json");
    }

    /** The message must not be that of the JSON parser, which refers to parser settings. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{}", "[1]", "PK"})
    void rejectsAnInvalidManifestWithItsOwnMessage(String text) throws IOException {
        Files.writeString(directory.resolve("pack.json"), text);
        assertInvalid(
                () -> ModelPack.open(directory),
                "The pack.json in " + directory + " is not a pack manifest; export the pack again.");
    }

    @Test
    void rejectsAnotherFormat() throws IOException {
        edit(json -> json.replace("\"format\": 3,", "\"format\": 1,"));
        assertInvalid(
                () -> ModelPack.open(directory),
                "pack.json",
                "has format 1",
                "reads " + Manifest.FORMAT,
                "export the pack with this version's exporter.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../detector.pt",
                "/etc/passwd",
                "a/../../detector.pt",
                "..",
                ".",
                "sub/detector.pt",
                "a\\\\b.pt",
                "",
                " ",
                "C:detector.pt",
                "detector.pt\\u0000",
                ".detector.pt"
            })
    void rejectsAFileOutsideThePack(String file) throws IOException {
        edit(json -> json.replace("\"detector.pt\"", "\"" + file + "\""));
        assertInvalid(() -> ModelPack.open(directory), "pack.json", "detector", "does not name a plain file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "E55784DB", "zz5784db07e36d7c198e2990a4d83d47489086ee8e24196bc28045230efa2638"})
    void rejectsAnInvalidChecksum(String sha256) throws IOException {
        edit(json -> json.replace("e55784db07e36d7c198e2990a4d83d47489086ee8e24196bc28045230efa2638", sha256));
        assertInvalid(() -> ModelPack.open(directory), "pack.json", "detector", "no SHA-256");
    }

    @Test
    void reportsAMissingRole() throws IOException {
        edit(json -> json.replace("\"embedding\": {", "\"enbedding\": {"));
        ModelPack pack = ModelPack.open(directory);
        assertInvalid(() -> pack.role("embedding"), "mesh", "embedding");
        assertInvalid(() -> pack.asset("typology"), "mesh", "typology");
    }

    @Test
    void ignoresUnknownMembers() throws IOException {
        edit(json -> json.replace("\"format\": 3,", "\"format\": 3, \"new\": {\"a\": [1]},")
                .replace("\"file\": \"mesh.pt\",", "\"file\": \"mesh.pt\", \"strips\": 3,"));
        ModelPack.open(directory).verify();
    }

    /** The checksum in the manifest matches the invalid file. */
    @Test
    void rejectsAFileThatIsNotTorchScript() throws Exception {
        byte[] invalid = "PK\3\4 but no network".getBytes(UTF_8);
        Files.write(directory.resolve("mesh.pt"), invalid);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(invalid));
        Manifest.Part mesh = whole(ModelPack.open(directory), "mesh");
        edit(json -> json.replace(mesh.sha256(), sha256).replace("" + mesh.bytes(), "" + invalid.length));
        ModelPack pack = ModelPack.open(directory);
        pack.verify();
        assertInvalid(() -> pack.load(whole(pack, "mesh"), Dtype.FLOAT32).close(), "mesh.pt", "not TorchScript");
    }

    @Test
    void rejectsAFileWithOtherInputs() throws IOException {
        edit(json -> json.replace("\"image\"", "\"picture\""));
        ModelPack pack = ModelPack.open(directory);
        assertInvalid(
                () -> pack.load(whole(pack, "mesh"), Dtype.FLOAT32).close(),
                "mesh.pt",
                "takes [image]",
                "says [picture]");
    }

    private static Manifest.Part whole(ModelPack pack, String role) {
        return pack.role(role).parts().get(0);
    }

    private void edit(UnaryOperator<String> change) throws IOException {
        Path manifest = directory.resolve("pack.json");
        String before = Files.readString(manifest);
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(manifest, after);
    }

    private static void assertInvalid(ThrowingCallable call, String... texts) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID);
            assertThat(e).hasMessageContainingAll(texts);
            assertThat(e.getMessage()).endsWith(".").doesNotContain("\n");
        });
    }
}
