package dev.facefuse.function.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.NewObject;
import dev.facefuse.function.StoredState;
import dev.facefuse.nativelib.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Allowed and forbidden URIs, tested with files. */
class UriStorageTest {
    private static final NewObject OBJECT = new NewObject(new byte[] {1, 2}, "image/png", Map.of());

    @TempDir
    Path folder;

    private Path in;
    private Path out;
    private UriStorage storage;

    @BeforeEach
    void open() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        out = Files.createDirectory(folder.resolve("out"));
        Files.write(in.resolve("a b.jpg"), new byte[] {7});
        Files.write(folder.resolve("outside.jpg"), new byte[] {8});
        storage = UriStorage.open(new StorageSettings(
                List.of(in.toUri().toString()),
                List.of(out.toUri().toString(), "https://example.org/"),
                StorageSettings.Timeouts.DEFAULT,
                StorageSettings.S3.DEFAULT));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void readsWhereItMayRead() {
        assertThat(storage.read(uri(in, "a b.jpg"), 10).bytes()).containsExactly(7);
        assertThat(storage.find(uri(in, "a b.jpg"))).isPresent();
        assertThat(storage.find(uri(in, "b.jpg"))).isEmpty();
    }

    @Test
    void readingIsNotWritingNorTheOtherWayRound() {
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.requireWritable(uri(in, "b.jpg")));
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.write(uri(in, "b.jpg"), OBJECT));
        storage.write(uri(out, "b.jpg"), OBJECT);
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.read(uri(out, "b.jpg"), 10));
        // What is there may be asked by who may write there.
        assertThat(storage.find(uri(out, "b.jpg"))).isPresent();
    }

    @Test
    void createsAndReplacesOnlyWhatWasSeen() throws IOException {
        String place = uri(out, "c.jpg");
        assertThat(storage.create(place, OBJECT)).isTrue();
        assertThat(storage.create(place, new NewObject(new byte[3], "image/png", Map.of())))
                .isFalse();
        assertThat(out.resolve("c.jpg")).hasBinaryContent(new byte[] {1, 2});
        StoredState seen = storage.find(place).orElseThrow();
        assertThat(storage.replace(place, new StoredState("other", Map.of()), OBJECT))
                .isFalse();
        assertThat(storage.replace(place, seen, new NewObject(new byte[3], "image/png", Map.of())))
                .isTrue();
        assertThat(out.resolve("c.jpg")).hasBinaryContent(new byte[3]);
        assertThat(out).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aLinkOutOfTheFolderIsRefused() throws IOException {
        Files.createSymbolicLink(in.resolve("link.jpg"), folder.resolve("outside.jpg"));
        Files.createSymbolicLink(in.resolve("up"), folder);
        Files.createSymbolicLink(out.resolve("link.jpg"), folder.resolve("outside.jpg"));
        Files.createSymbolicLink(out.resolve("up"), folder);
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.read(uri(in, "link.jpg"), 10));
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.read(uri(in, "up/outside.jpg"), 10));
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.find(uri(in, "link.jpg")));
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.write(uri(out, "link.jpg"), OBJECT));
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.write(uri(out, "up/new.jpg"), OBJECT));
        assertThat(folder.resolve("outside.jpg")).hasBinaryContent(new byte[] {8});
        assertThat(folder.resolve("new.jpg")).doesNotExist();
    }

    /** An attacker who may write in a folder changes it between the check and the opening. */
    @Test
    void aLinkThatIsPutInTheWayLeadsNowhere() throws IOException {
        assumeTrue(OpenFile.isSupported());
        Path secret = Files.createDirectory(folder.resolve("secret"));
        Files.write(secret.resolve("a.jpg"), new byte[] {9});
        Path inner = Files.createDirectory(in.resolve("inner"));
        Files.write(inner.resolve("a.jpg"), new byte[] {1});
        LocalFiles files = swapping(inner, secret);
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> files.read(file(inner.resolve("a.jpg")), 10));

        Path there = Files.createDirectory(out.resolve("inner"));
        LocalFiles other = swapping(there, secret);
        refuses(ErrorCode.STORAGE_DENIED, () -> other.write(file(there.resolve("b.jpg")), OBJECT, WriteCondition.NONE));
        assertThat(secret).isDirectoryNotContaining("glob:**b.jpg");
        assertThat(secret.resolve("a.jpg")).hasBinaryContent(new byte[] {9});
    }

    @Test
    void aFileThatBecomesALinkIsNotFollowed() throws IOException {
        assumeTrue(OpenFile.isSupported());
        Path picture = Files.write(in.resolve("p.jpg"), new byte[] {1});
        LocalFiles files = swapping(picture, folder.resolve("outside.jpg"));
        refuses(ErrorCode.STORAGE_DENIED, () -> files.read(file(picture), 10));
    }

    /** Files among which a link takes the place of one as soon as that has been resolved. */
    private LocalFiles swapping(Path victim, Path link) {
        AllowedPrefixes read = AllowedPrefixes.of("read", List.of(in.toUri().toString()));
        AllowedPrefixes write = AllowedPrefixes.of("write", List.of(out.toUri().toString()));
        return new LocalFiles(read, write, path -> {
            Path real = path.toRealPath();
            Files.move(victim, folder.resolve("moved-" + victim.getParent().getFileName() + victim.getFileName()));
            Files.createSymbolicLink(victim, link);
            return real;
        });
    }

    private static FileLocation file(Path path) {
        return FileLocation.of(path);
    }

    @Test
    void linksWithinTheFolderAreFollowed() throws IOException {
        Files.createSymbolicLink(in.resolve("link.jpg"), in.resolve("a b.jpg"));
        Files.createSymbolicLink(in.resolve("self"), in);
        assertThat(storage.read(uri(in, "link.jpg"), 10).bytes()).containsExactly(7);
        assertThat(storage.read(uri(in, "self/link.jpg"), 10).bytes()).containsExactly(7);
        Files.write(out.resolve("a.jpg"), new byte[] {1});
        Files.createSymbolicLink(out.resolve("link.jpg"), Path.of("a.jpg"));
        storage.write(uri(out, "link.jpg"), OBJECT);
        assertThat(out.resolve("link.jpg")).isSymbolicLink();
        assertThat(out.resolve("a.jpg")).hasBinaryContent(OBJECT.bytes());
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Process process = new ProcessBuilder("mkfifo", in.resolve("pipe.jpg").toString()).start();
        assumeTrue(process.waitFor() == 0);
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.read(uri(in, "pipe.jpg"), 10));
    }

    @Test
    void aResultIsAPictureWithItsReport() {
        NewObject report = report("jpg");
        assertThat(storage.writeResult(uri(out, "1.jpg"), OBJECT, uri(out, "1.json"), report, Optional.empty()))
                .isTrue();
        assertThat(out.resolve("1.jpg")).hasBinaryContent(OBJECT.bytes());
        assertThat(storage.find(uri(out, "1.json")).orElseThrow().metadata())
                .containsEntry("facefuse-version", "0.1.0")
                .containsEntry("facefuse-picture", "jpg");
        // Another caller's report is there now.
        assertThat(storage.writeResult(uri(out, "1.png"), OBJECT, uri(out, "1.json"), report("png"), Optional.empty()))
                .isFalse();
        assertThat(out.resolve("1.png")).doesNotExist();
        assertThat(out.resolve("1.json")).hasBinaryContent(report.bytes());
    }

    private static NewObject report(String picture) {
        String text = "{\"facefuse\": \"0.1.0\", \"picture\": \"" + picture + "\"}";
        return new NewObject(text.getBytes(StandardCharsets.UTF_8), "application/json", Map.of());
    }

    @Test
    void neitherPictureNorReportIsAlone() throws IOException {
        Files.createDirectories(out.resolve("1.jpg"));
        refuses(
                ErrorCode.STORAGE_DENIED,
                () -> storage.writeResult(
                        uri(out, "1.jpg"), OBJECT, uri(out, "1.json"), report("jpg"), Optional.empty()));
        assertThat(out.resolve("1.json")).doesNotExist();
        Files.createDirectories(out.resolve("2.json"));
        refuses(
                ErrorCode.STORAGE_DENIED,
                () -> storage.writeResult(
                        uri(out, "2.jpg"), OBJECT, uri(out, "2.json"), report("jpg"), Optional.empty()));
        assertThat(out.resolve("2.jpg")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shell.php", ".htaccess", "%2Ehidden.jpg", "1.json", "1", "1.jpg.", "1.jpg%20", "shell.php%2E"})
    void aResultHasAPicturesName(String name) {
        refuses(ErrorCode.BAD_REQUEST, () -> storage.requireResultPlace(out.toUri() + name));
    }

    @Test
    void namesWhatIsNotThere() {
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> storage.read(uri(in, "b.jpg"), 10));
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> storage.write(uri(out, "none/b.jpg"), OBJECT));
        refuses(ErrorCode.PICTURE_TOO_LARGE, () -> storage.read(uri(in, "a b.jpg"), 0));
    }

    @Test
    void resultsDoNotGoToTheWeb() {
        refuses(ErrorCode.STORAGE_DENIED, () -> storage.requireWritable("https://example.org/a.jpg"));
    }

    @Test
    void nothingListedIsNothingAllowed() {
        try (UriStorage closed = UriStorage.open(StorageSettings.NOTHING)) {
            refuses(ErrorCode.STORAGE_DENIED, () -> closed.read(uri(in, "a b.jpg"), 10));
            refuses(ErrorCode.STORAGE_DENIED, () -> closed.read("s3://photos/a", 10));
            refuses(ErrorCode.STORAGE_DENIED, () -> closed.read("https://example.org/a", 10));
        }
    }

    @Test
    void thePersonAtTheTerminalMayWhatTheyMay() {
        AllowedPrefixes places = StorageSettings.OF_THE_CALLER.readable();
        assertThat(places.allow(Location.parse("s3://any-bucket/any/key"))).isTrue();
        assertThat(places.allow(Location.parse("file:///any/file"))).isTrue();
        assertThat(places.allow(Location.parse("https://example.org/"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://photos/incoming",
                "s3://photos",
                "s3://",
                "s3:///",
                "s3://*",
                "s3://UPPER/",
                "s3://photos/../x/",
                "file:///srv",
                "file://host/srv/",
                "file:srv/",
                "file:///a/../b/",
                "https://example.org",
                "http://user@host/",
                "https://example.org/?q=/",
                "https://2130706433/",
                "/srv/",
                "*",
                "photos/"
            })
    void aPlaceIsAPrefixThatEndsInASlash(String place) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> AllowedPrefixes.of("facefuse.storage.read", List.of(place)))
                .withMessageStartingWith("facefuse.storage.read has a place that is not understood");
    }

    private static String uri(Path in, String name) {
        return in.resolve(name).toUri().toString();
    }

    private static void refuses(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(call).satisfies(e -> assertThat(e.code())
                .isEqualTo(code));
    }
}
