package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryIndexTest {
    private static Map<String, URL[]> index;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void load() throws ReflectiveOperationException {
        Libtorch.load();
        Field found = Loader.class.getDeclaredField("foundLibraries");
        found.setAccessible(true);
        index = (Map<String, URL[]>) found.get(null);
    }

    @Test
    void replacesJavaCppsCache() {
        assertThat(index).isInstanceOf(LibraryIndex.class);
    }

    @Test
    void knowsTheExtractedLibraries() {
        String file = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + System.mapLibraryName("jnitorch");
        assertThat(index.get("jnitorch"))
                .extracting(URL::toString)
                .singleElement()
                .asString()
                .endsWith(file);
        assertThat(index.get("jnitorch")[0]).hasProtocol("file");
    }

    @Test
    void returnsAnEmptyArrayForAMissingLibrary() {
        assertThat(index.get("no_such_library@.1")).isEmpty();
    }

    @Test
    void leavesUnknownNamesToJavaCpp() {
        assertThat(index.get("jnisomebodyelses")).isNull();
        assertThat(index.get("openblas@.0#another@.0")).isNull();
    }

    /** Loads libtorch and prints the paths of all loaded libraries. */
    static final class PrintsLoadedLibraries {
        public static void main(String[] arguments) {
            Libtorch.load();
            Loader.getLoadedLibraries().values().forEach(System.out::println);
        }
    }

    @Test
    void loadsFromAFolderWithoutExtracting(@TempDir Path folder, @TempDir Path cache) throws Exception {
        for (String library : Loader.getLoadedLibraries().values()) {
            Path file = Path.of(library);
            Files.createSymbolicLink(folder.resolve(file.getFileName()), file);
        }

        List<String> loaded = ForkedJvm.running(PrintsLoadedLibraries.class)
                .withOption("-Dfacefuse.natives=" + folder)
                .withOption("-Dorg.bytedeco.javacpp.cachedir=" + cache)
                .run();

        assertThat(loaded).isNotEmpty().allMatch(library -> Path.of(library).startsWith(folder));
        assertThat(cache).isEmptyDirectory();
    }
}
