package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FuseOption.Placement;
import dev.facefuse.function.FuseOption.Text;
import dev.facefuse.function.application.SettingDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The files that are made from the declarations of options and settings are up to date. To update them, run this test with
 * {@code -Dupdate}.
 */
class GeneratedFilesTest {
    private static final Path PAGE = Path.of("src/main/resources/dev/facefuse/function/page");
    private static final Path ROOT = Path.of("..");
    private static final List<FuseOption<?>> OPTIONS = FuseOptionCatalog.ALL;

    @Test
    void readmesHaveTheTableOfOptions() throws IOException {
        section(
                ROOT.resolve("README.md"),
                "<!-- options -->",
                "<!-- end -->",
                OptionDocuments.table(OPTIONS, Text::english));
        section(
                ROOT.resolve("README.zh-CN.md"),
                "<!-- options -->",
                "<!-- end -->",
                OptionDocuments.table(OPTIONS, Text::chinese));
    }

    @Test
    void pageHasAControlForEachOption() throws IOException {
        Path html = PAGE.resolve("index.html");
        section(
                html,
                "<!-- options: form -->",
                "        <!-- end -->",
                OptionDocuments.controls(OPTIONS, Placement.FORM, " ".repeat(8)));
        section(
                html,
                "<!-- options: details -->",
                "          <!-- end -->",
                OptionDocuments.controls(OPTIONS, Placement.DETAILS, " ".repeat(10)));
    }

    @Test
    void pageHasTheWordsOfEachOption() throws IOException {
        Path words = PAGE.resolve("words.js");
        section(words, "const EN = {", "  // options\n", "  // end\n", OptionDocuments.words(OPTIONS, Text::english));
        section(words, "const ZH = {", "  // options\n", "  // end\n", OptionDocuments.words(OPTIONS, Text::chinese));
    }

    @Test
    void documentationHasEverySetting() throws IOException {
        whole(ROOT.resolve("docs/configuration.md"), SettingDocument.markdown());
    }

    /** The text between the lines with two marks. */
    private static void section(Path file, String begin, String end, String generated) throws IOException {
        section(file, "", begin + "\n", end, generated);
    }

    private static void section(Path file, String after, String begin, String end, String generated)
            throws IOException {
        String text = Files.readString(file);
        int from = text.indexOf(begin, text.indexOf(after)) + begin.length();
        int to = text.indexOf(end, from);
        assertThat(text.indexOf(begin)).as(file + " has the mark " + begin).isNotNegative();
        assertThat(to).as(file + " has the mark " + end).isNotNegative();
        whole(file, text.substring(0, from) + generated + text.substring(to));
    }

    private static void whole(Path file, String generated) throws IOException {
        if (System.getProperty("update") != null) {
            Files.writeString(file, generated);
        }
        assertThat(file).as("run this test with -Dupdate").hasContent(generated);
    }
}
