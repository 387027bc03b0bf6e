package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.net.URL;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
    void takesThePlaceOfJavaCppsMemory() {
        assertThat(index).isInstanceOf(LibraryIndex.class);
    }

    @Test
    void knowsWhatTheJarsHold() {
        String file = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + System.mapLibraryName("jnitorch");
        assertThat(index.get("jnitorch"))
                .extracting(URL::toString)
                .singleElement()
                .asString()
                .endsWith(file);
        assertThat(index.get("jnitorch")[0]).isEqualTo(Loader.class.getResource(file));
    }

    @Test
    void saysWhatIsNowhere() {
        assertThat(index.get("no_such_library@.1")).isEmpty();
    }

    @Test
    void leavesToJavaCppWhatItCannotKnow() {
        assertThat(index.get("jnisomebodyelses")).isNull();
        assertThat(index.get("openblas@.0#another@.0")).isNull();
    }
}
