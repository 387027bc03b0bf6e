package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may take part in a contest.
 *
 * @param name on the command line and in results
 * @param title in tables
 * @param original whether it is what all others have to agree with
 * @param dtypes what it computes in
 * @param needs files without which it cannot take part
 */
record Entrant(String name, String title, boolean original, Set<Dtype> dtypes, List<Path> needs, Launch launch) {
    /**
     * How it is started.
     *
     * @param command but for {@code --precision}
     * @param environment what is added to it
     */
    record Launch(List<String> command, Map<String, String> environment) {}

    /**
     * Why it cannot take part.
     *
     * @param notes folder of files named after entrants, in which a setup that failed has said so
     */
    Optional<String> missing(Path notes) throws IOException {
        Path note = notes.resolve(name);
        if (Files.exists(note)) {
            return Optional.of(Files.readString(note).strip());
        }
        return needs.stream()
                .filter(file -> !Files.exists(file))
                .findFirst()
                .map(file -> "there is no " + file.getFileName());
    }
}
