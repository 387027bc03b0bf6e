package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Figures where people and programs read them: {@code results/NAME.json}, {@code results/NAME.md}, and the README between
 * {@code <!-- figures: NAME -->} and {@code <!-- end -->}.
 */
final class Figures {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String END = "<!-- end -->";

    private final Workplace place;
    private final String name;

    /** Figures of this name. */
    Figures(Workplace place, String name) {
        this.place = place;
        this.name = name;
    }

    /** Writes them. */
    void write(Object results, String markdown) throws IOException {
        Files.createDirectories(place.results());
        Files.writeString(place.results().resolve(name + ".json"), JSON.writeValueAsString(results) + "\n");
        Files.writeString(place.results().resolve(name + ".md"), markdown);
        Path readme = place.readme();
        Files.writeString(readme, filled(Files.readString(readme), name, markdown));
    }

    /**
     * A text whose place for these figures is filled with them, whatever was there.
     *
     * @throws IllegalArgumentException if it has no such place
     */
    static String filled(String text, String name, String markdown) {
        String begin = "<!-- figures: " + name + " -->";
        int from = text.indexOf(begin);
        int to = from < 0 ? -1 : text.indexOf(END, from);
        if (to < 0) {
            throw new IllegalArgumentException("There is no " + begin + " … " + END + " to fill");
        }
        return text.substring(0, from + begin.length()) + "\n\n" + markdown.strip() + "\n\n" + text.substring(to);
    }
}
