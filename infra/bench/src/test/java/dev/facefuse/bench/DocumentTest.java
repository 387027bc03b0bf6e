package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.ReportFiles.NamedFigures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {
    private static final Map<String, Report> REPORTS = Map.of(
            "load", new NamedFigures(Map.of("p99", "4.3 ms", "64-clients.p50", "1 ms"), "| a |\n| - |\n| 7 |\n"));

    private static List<String> faults(String text) {
        return new Document("X.md", text).faults(REPORTS, name -> name.equals("RealTest"));
    }

    @Test
    void holdsWhereItShowsWhatTheReportHas() {
        assertThat(faults("""
                        A 429 in **<!-- figure: load.p99 -->4.3 ms<!-- end -->**, <!-- figure: load.64-clients.p50 -->1 ms<!-- end -->.

                        <!-- figures: load -->

                        | a |
                        | - |
                        | 7 |

                        <!-- end -->
                        """)).isEmpty();
    }

    @Test
    void tellsWhichFigureDiffersAndWhere() {
        assertThat(faults("# A\n\nSo <!-- figure: load.p99 -->4.2 ms<!-- end -->.\n"))
                .singleElement()
                .asString()
                .startsWith("X.md:3: figure: load.p99 is")
                .contains("4.2 ms", "4.3 ms");
    }

    @Test
    void tellsTheLineOfATableThatDiffers() {
        assertThat(faults("<!-- figures: load -->\n\n| a |\n| - |\n| 8 |\n\n<!-- end -->\n"))
                .singleElement()
                .asString()
                .startsWith("X.md:5: figures: load is")
                .contains("| 8 |", "| 7 |");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!-- figure: load.p50 -->1 ms<!-- end -->",
                "<!-- figure: other.p99 -->1 ms<!-- end -->",
                "<!-- figures: other -->\n<!-- end -->",
                "<!-- figure: load.p99 -->4.3 ms",
                "<!-- figure: load.p99 -->4.3\nms<!-- end -->",
                "<!-- figure: load -->4.3 ms<!-- end -->",
                "<!-- figures: load -->"
            })
    void marksNeedAReportAndAnEnd(String text) {
        assertThat(faults(text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"figure", "here"})
    void figuresOfTablesAreMarkedOrHeldByATest(String column) {
        String table = "| what | " + column + " | how |\n| --- | --- | --- |\n";
        assertThat(faults(table + "| a 1 | none | run |\n")).isEmpty();
        assertThat(faults(table + "| a | <!-- figure: load.p99 -->4.3 ms<!-- end --> | run |\n"))
                .isEmpty();
        assertThat(faults(table + "| a | at most 5 | `RealTest` |\n")).isEmpty();
        assertThat(faults(table + "| a | at most 5 | `GoneTest` |\n"))
                .singleElement()
                .asString()
                .startsWith("X.md:3: \"at most 5\"");
        assertThat(faults(table + "| a | 5 | run |\n")).hasSize(1);
    }

    @Test
    void otherTablesMayHaveOtherFigures() {
        assertThat(faults("| what | default |\n| --- | --- |\n| quality | 92 |\n"))
                .isEmpty();
    }

    @Test
    void isFilledWithWhatReportsHave() {
        String text = """
                Now <!-- figure: load.p99 --><!-- end -->, <!-- figure: no.p99 -->7<!-- end -->
                <!-- figures: load -->
                <!-- end -->
                """;
        assertThat(new Document("X.md", text).filled(REPORTS)).isEqualTo("""
                Now <!-- figure: load.p99 -->4.3 ms<!-- end -->, <!-- figure: no.p99 -->7<!-- end -->
                <!-- figures: load -->

                | a |
                | - |
                | 7 |

                <!-- end -->
                """);
    }
}
