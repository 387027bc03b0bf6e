package dev.facefuse.bench;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports as they lie in a folder, {@code NAME.json}. */
final class ReportFiles {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String ENDING = ".json";

    /** Those of this module; another's names its figures itself, see {@link NamedFigures}. */
    private static final Map<String, Class<? extends Report>> KINDS = Map.of(
            "contest", ContestReport.class,
            "profile", Profile.Report.class,
            "fusion", FusionReport.class,
            "jmh", JmhReport.class,
            "start", StartReport.class,
            "http", HttpReport.class,
            "writeup", WriteUpReport.class);

    private ReportFiles() {}

    /**
     * All in these folders, by name.
     *
     * @throws IllegalArgumentException if one name is there twice
     */
    static Map<String, Report> read(List<Path> folders) throws IOException {
        Map<String, Report> reports = new TreeMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(ENDING)).toList()) {
                    String name = file.getFileName().toString().replace(ENDING, "");
                    if (reports.put(name, read(name, Files.readString(file))) != null) {
                        throw new IllegalArgumentException("There are two reports " + name);
                    }
                }
            }
        }
        return reports;
    }

    /** Writes {@code NAME.json} and {@code NAME.md} to a folder, which is made. */
    static void write(Path folder, String name, Report report) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ENDING), JSON.writeValueAsString(report) + "\n");
        Files.writeString(folder.resolve(name + ".md"), report.markdown());
    }

    /** One from its JSON. */
    static Report read(String name, String json) {
        return JSON.readValue(json, KINDS.getOrDefault(name, NamedFigures.class));
    }

    /**
     * The parts that are read from a report of another program: {@code {"figures": {"p99": "4.3 ms"}, "markdown": "| … |"}},
     * either of which may be missing, and whatever else there is.
     */
    record NamedFigures(Map<String, String> figures, String markdown) implements Report {
        @JsonCreator
        static NamedFigures of(
                @JsonProperty("figures") @Nullable Map<String, String> figures,
                @JsonProperty("markdown") @Nullable String markdown) {
            return new NamedFigures(
                    Objects.requireNonNullElse(figures, Map.of()), Objects.requireNonNullElse(markdown, ""));
        }
    }
}
