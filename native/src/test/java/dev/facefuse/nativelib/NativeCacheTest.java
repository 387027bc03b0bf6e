package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses small file systems that the test mounts, if it is permitted to. */
class NativeCacheTest {
    private static final String ADVICE =
            "; make room, or set FACEFUSE_NATIVE_CACHE to a folder on a file system that is"
                    + " writable and allows code.";

    @TempDir
    Path folder;

    private boolean mounted;

    @BeforeAll
    static void index() {
        NativeLibraries.configureJavaCpp();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            execute("umount", folder.toString());
        }
    }

    @Test
    void reportsAFullFileSystem() throws Exception {
        mount("size=4m");
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> NativeCache.choose(List.of(folder), LibraryIndex.urls()))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(NativeException.Kind.LIBRARIES))
                .withMessageMatching("The native libraries cannot be extracted to " + folder
                        + ": only \\d MB are free there\\. They need \\d{3} MB there" + ADVICE);
    }

    @Test
    void reportsAFileSystemThatFillsUpDuringExtraction() throws Exception {
        mount("size=1m");
        List<URL> library = library("jniopenblas_nolapack", "gcc_s@.1", "quadmath@.0", "jnijavacpp", "jnitorch");
        String printed = String.join(
                "\n", ForkedJvm.running(Extracts.class).withOption(cache()).run(strings(library)));
        assertThat(printed).contains("cannot be extracted to " + folder).contains("No space left");
    }

    @Test
    void reportsANoexecFileSystem() throws Exception {
        mount("size=4m,noexec");
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> NativeCache.choose(List.of(folder), List.of()))
                .withMessageContaining("its file system does not allow code (noexec)")
                .withMessageContaining(folder.toString());
    }

    @Test
    void reportsAReadOnlyFileSystem() throws Exception {
        mount("size=4m");
        execute("mount", "-o", "remount,ro", folder.toString());
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> NativeCache.choose(List.of(folder.resolve("cache")), List.of()))
                .withMessageContaining("its file system is read-only");
    }

    @Test
    void reportsAFileInsteadOfAFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatExceptionOfType(NativeException.class)
                .isThrownBy(() -> NativeCache.choose(List.of(file), List.of()))
                .withMessageContaining("it cannot be written to")
                .withMessageContaining(file.toString());
    }

    @Test
    void usesTheNextFolderAndLeavesNoProbeFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path next = folder.resolve("next");
        assertThat(NativeCache.choose(List.of(file, next), List.of())).isEqualTo(next);
        assertThat(next).isEmptyDirectory();
    }

    @Test
    void concurrentProcessesCanFillOneFolder() throws Exception {
        List<URL> libraries = library("gcc_s@.1", "quadmath@.0", "jnijavacpp");
        List<CompletableFuture<List<String>>> processes = Stream.of(1, 2, 3)
                .map(number -> CompletableFuture.supplyAsync(() -> extract(libraries)))
                .toList();
        for (CompletableFuture<List<String>> process : processes) {
            assertThat(process.get()).containsExactly("missing 0");
        }
    }

    @Test
    void rewritesAPartlyWrittenLibrary() throws IOException {
        List<URL> libraries = library("quadmath@.0");
        assertThat(extract(libraries)).containsExactly("missing 0");
        Path library = onlyLibrary();
        long whole = Files.size(library);
        byte[] half = Files.readAllBytes(library);
        Files.write(library, Arrays.copyOf(half, half.length / 2));
        assertThat(NativeCache.missingBytes(folder, libraries)).isEqualTo(whole);
        assertThat(extract(libraries)).containsExactly("missing 0");
        assertThat(Files.size(library)).isEqualTo(whole);
    }

    private Path onlyLibrary() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("libquadmath"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<String> extract(List<URL> libraries) {
        try {
            return ForkedJvm.running(Extracts.class).withOption(cache()).run(strings(libraries));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String cache() {
        return "-D" + NativeCache.PROPERTY + "=" + folder;
    }

    private String[] strings(List<URL> urls) {
        return Stream.concat(Stream.of(folder.toString()), urls.stream().map(URL::toString))
                .toArray(String[]::new);
    }

    /** @param names JavaCPP's names of libraries */
    private static List<URL> library(String... names) {
        return LibraryIndex.urls().stream()
                .filter(url -> Stream.of(names).anyMatch(name -> isNamed(url, name)))
                .toList();
    }

    private static boolean isNamed(URL url, String name) {
        String plain = System.mapLibraryName(name.replaceFirst("@.*", ""));
        String file = url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
        return file.equals(plain + name.replaceFirst("[^@]*@?", ""));
    }

    private void mount(String options) throws Exception {
        assumeTrue(Loader.getPlatform().startsWith("linux"), "this is not Linux");
        mounted = execute("mount", "-t", "tmpfs", "-o", options, "facefuse-test", folder.toString());
        assumeTrue(mounted, "mounting file systems is not permitted");
    }

    private static boolean execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
    }

    /** Extracts libraries and prints the number of bytes that are still missing, or the error. */
    static final class Extracts {
        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            List<URL> libraries =
                    Stream.of(arguments).skip(1).map(Extracts::url).toList();
            try {
                NativeCache.extract(folder, libraries);
                System.out.println("missing " + NativeCache.missingBytes(folder, libraries));
            } catch (NativeException e) {
                System.out.println(e.getMessage());
            }
        }

        private static URL url(String text) {
            try {
                return new URL(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
