package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report where people and programs read it: {@code results/NAME.json} and {@code results/NAME.md}; documents quote from there. */
final class Figures {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;
    private final String name;

    /** Figures of this name, among the results. */
    Figures(Workplace place, String name) {
        this(place.results(), name);
    }

    /** Figures of this name in a folder, which is made. */
    Figures(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** Writes them. */
    void write(Report report) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".json"), JSON.writeValueAsString(report) + "\n");
        Files.writeString(folder.resolve(name + ".md"), report.markdown());
    }
}
