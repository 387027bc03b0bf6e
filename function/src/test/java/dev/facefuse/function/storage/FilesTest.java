package dev.facefuse.function.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.OpenFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link InputFile} and {@link OutputFile}: what disks do to people. */
class FilesTest {
    private static final byte[] BYTES = "after".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    @Test
    void readsUpToTheLimit() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[10]);
        assertThat(InputFile.read(file, 10)).hasSize(10);
        refuses(ErrorCode.PICTURE_TOO_LARGE, () -> InputFile.read(file, 9));
        assertThat(InputFile.read(Files.createFile(folder.resolve("empty")), 10))
                .isEmpty();
    }

    @Test
    void doesNotReadWithoutEnd() {
        Path zero = Path.of("/dev/zero");
        assumeTrue(Files.exists(zero));
        refuses(ErrorCode.PICTURE_TOO_LARGE, () -> InputFile.read(zero, 1 << 16));
    }

    @Test
    void namesWhatCannotBeRead() throws IOException {
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> InputFile.read(folder.resolve("missing"), 1));
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> InputFile.read(folder, 1));
        Path file = Files.createFile(folder.resolve("a"));
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> InputFile.read(file.resolve("b"), 1));
        refuses(
                ErrorCode.STORAGE_NOT_FOUND,
                () -> InputFile.read(Files.createSymbolicLink(folder.resolve("l"), folder.resolve("none")), 1));
    }

    @Test
    void namesWhatMayNotBeRead() throws IOException {
        Path file = Files.createFile(folder.resolve("a"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "root may read everything");
        refuses(ErrorCode.STORAGE_DENIED, () -> InputFile.read(file, 1));
    }

    @Test
    void appearsWhole() throws IOException {
        Path target = folder.resolve("o");
        try (OutputFile file = OutputFile.open(target)) {
            assertThat(target).doesNotExist();
            file.write(BYTES);
        }
        assertThat(target).hasBinaryContent(BYTES);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void hasThePermissionsOfAnyNewFile() throws IOException {
        Path target = folder.resolve("o");
        try (OutputFile file = OutputFile.open(target)) {
            file.write(BYTES);
        }
        assertThat(Files.getPosixFilePermissions(target))
                .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("usual"))));
    }

    @Test
    void leavesNothingWithoutAWrite() throws IOException {
        Path target = Files.writeString(folder.resolve("o"), "before");
        OutputFile.open(target).close();
        assertThat(target).hasContent("before");
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aLinkStaysOne() throws IOException {
        Path target = Files.writeString(folder.resolve("o"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("l"), target);
        try (OutputFile file = OutputFile.open(link)) {
            file.write(BYTES);
        }
        assertThat(link).isSymbolicLink();
        assertThat(target).hasBinaryContent(BYTES);
    }

    @Test
    void namesPlacesThatTakeNoFile() throws IOException {
        refuses(ErrorCode.STORAGE_DENIED, () -> OutputFile.open(folder));
        refuses(ErrorCode.STORAGE_NOT_FOUND, () -> OutputFile.open(folder.resolve("none/o")));
        Path file = Files.createFile(folder.resolve("a"));
        refuses(ErrorCode.STORAGE_DENIED, () -> OutputFile.open(file.resolve("o")));
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        refuses(ErrorCode.STORAGE_DENIED, () -> OutputFile.open(device));
    }

    @Test
    void namesAFolderThatMayNotBeWritten() {
        Path proc = Path.of("/proc"); // Not even root can create files there.
        assumeTrue(Files.isDirectory(proc));
        refuses(ErrorCode.STORAGE_DENIED, () -> OutputFile.open(proc.resolve("o.jpg")));
    }

    @Test
    void doesNotReplaceAReadOnlyFile() throws IOException {
        Path target = Files.writeString(folder.resolve("o"), "before");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r--r--r--"));
        assumeFalse(Files.isWritable(target), "root may write everything");
        refuses(ErrorCode.STORAGE_DENIED, () -> OutputFile.open(target));
        assertThat(target).hasContent("before");
    }

    @Test
    void aKilledProcessLeavesNothing() throws IOException {
        assumeTrue(OpenFile.isSupported());
        try (OpenFile probe = OpenFile.unnamed(folder)) {
            assumeTrue(probe != null, "this file system has no unnamed files");
        }
        try (OutputFile file = OutputFile.open(folder.resolve("o"))) {
            file.prepare(BYTES);
            assertThat(folder).isEmptyDirectory();
            file.publish();
        }
        assertThat(folder.resolve("o")).hasBinaryContent(BYTES);
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        Path left = Files.writeString(folder.resolve(".facefuse-4242-0.tmp"), "half");
        Path used = Files.writeString(folder.resolve(".facefuse-4242-1.tmp"), "half");
        Path other = Files.writeString(folder.resolve("other.tmp"), "other");
        try (FileChannel channel = FileChannel.open(used, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            OutputFile.open(folder.resolve("o")).close();
        }
        assertThat(left).doesNotExist();
        assertThat(used).exists();
        assertThat(other).exists();
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAtTheStart() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Path left = Files.writeString(deep.resolve(".facefuse-4242-0.tmp"), "half");
        Files.writeString(deep.resolve("1.jpg"), "picture");
        UriStorage.open(new StorageSettings(
                        List.of(),
                        List.of(folder.toUri().toString()),
                        StorageSettings.Timeouts.DEFAULT,
                        StorageSettings.S3.DEFAULT))
                .close();
        assertThat(left).doesNotExist();
        assertThat(deep.resolve("1.jpg")).exists();
    }

    /** As on a file system without unnamed files. */
    @Test
    void aNamedTemporaryFileIsGoneWhenItIsClosed() throws IOException {
        try (TemporaryFiles.Named named = TemporaryFiles.Named.create(folder)) {
            assertThat(named.path()).exists();
            TemporaryFiles.removeLeftBelow(folder);
            assertThat(named.path()).exists();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writesWhileTheProcessStops() throws Exception {
        Path target = folder.resolve("o");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WritesWhenStopped.class.getName(),
                        target.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(target).as(said).hasBinaryContent(BYTES);
        assertThat(count()).isEqualTo(1);
    }

    /** Like a request that ends after SIGTERM. */
    static final class WritesWhenStopped {
        private WritesWhenStopped() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try (OutputFile file = OutputFile.open(Path.of(arguments[0]))) {
                    file.write(BYTES);
                }
            }));
        }
    }

    private long count() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void refuses(ErrorCode code, Step step) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(step::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageMatching("\\S.*; .*\\.");
    }
}
