package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CheckCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("README.md"), """
                <!-- figure: load.p99 -->4.3 ms<!-- end -->

                | what | figure | how |
                | --- | --- | --- |
                | a | at most 5 | `RealTest` |
                """);
        Files.writeString(Files.createDirectory(folder.resolve("src")).resolve("RealTest.java"), "");
        Files.writeString(
                Files.createDirectory(folder.resolve("reports")).resolve("load.json"),
                "{\"figures\": {\"p99\": \"4.3 ms\"}, \"markdown\": \"new\", \"more\": [1]}");
    }

    private int check(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--repository",
                folder.toString(),
                "--reports",
                folder.resolve("reports").toString(),
                "README.md"));
        all.addAll(List.of(arguments));
        return new CommandLine(new CheckCommand()).execute(all.toArray(String[]::new));
    }

    @Test
    void holdsAndSeesEveryChange() {
        assertThat(check("--self-test")).isZero();
    }

    @Test
    void failsOnAFigureThatIsNotTheReports() throws IOException {
        Path readme = folder.resolve("README.md");
        Files.writeString(readme, Files.readString(readme).replace("4.3 ms", "4.2 ms"));
        assertThat(check()).isEqualTo(1);
        assertThat(check("--fill")).isZero();
        assertThat(readme).content().contains("-->4.3 ms<!--");
    }

    @Test
    void failsWhereATestIsGone() throws IOException {
        Files.delete(folder.resolve("src/RealTest.java"));
        assertThat(check()).isEqualTo(1);
    }

    @Test
    void failsOnATableBesideAReportThatIsAnother() throws IOException {
        Path table = Files.writeString(folder.resolve("reports/load.md"), "old");
        assertThat(check()).isEqualTo(1);
        assertThat(check("--fill")).isZero();
        assertThat(table).hasContent("new");
    }

    @ParameterizedTest
    @CsvSource({"4.3 ms, 4.4 ms", "19 %, 10 %", "none, none?"})
    void spoilsTheLastDigit(String figures, String spoilt) {
        assertThat(CheckCommand.spoilt(figures)).isEqualTo(spoilt);
    }
}
