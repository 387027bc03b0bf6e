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
 * A program that can take part in a contest.
 *
 * @param name on the command line and in results
 * @param title in tables
 * @param original whether the others are compared with it
 * @param dtypes what it computes in
 * @param needs files without which it cannot take part
 */
record Contender(String name, String title, boolean original, Set<Dtype> dtypes, List<Path> needs, Launch launch) {
    /**
     * The command that starts it.
     *
     * @param command without {@code --precision}
     * @param environment variables that are added
     */
    record Launch(List<String> command, Map<String, String> environment) {}

    /**
     * The reason why it cannot take part; empty if it can.
     *
     * @param notes folder of files named after contenders, in which a failed setup has written its reason
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
