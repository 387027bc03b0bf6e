package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report where people and programs read it: {@code results/NAME.json} and {@code results/NAME.md}; documents quote from there. */
final class Figures {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Workplace place;
    private final String name;

    /** Figures of this name. */
    Figures(Workplace place, String name) {
        this.place = place;
        this.name = name;
    }

    /** Writes them. */
    void write(Report report) throws IOException {
        Files.createDirectories(place.results());
        Files.writeString(place.results().resolve(name + ".json"), JSON.writeValueAsString(report) + "\n");
        Files.writeString(place.results().resolve(name + ".md"), report.markdown());
    }
}
