package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Reports as they lie in a folder, {@code NAME.json}. */
final class ReportFiles {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String ENDING = ".json";

    /** Those of this module; another's names its figures itself, see {@link NamedFigures}. */
    private static final Map<String, Class<? extends Report>> KINDS = Map.of(
            "contest", Results.class,
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

    /** One from its JSON. */
    static Report read(String name, String json) {
        return JSON.readValue(json, KINDS.getOrDefault(name, NamedFigures.class));
    }
}
