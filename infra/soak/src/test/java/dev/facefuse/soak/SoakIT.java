package dev.facefuse.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.soak.Journal.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half a minute of what {@code run.sh} does for half an hour: too short to see growth, long enough for every actor. */
class SoakIT {
    private static final int SECONDS = 30;
    private static final int ACTORS = 8;

    @TempDir
    private Path folder;

    @Test
    void everybodyAtOnce() throws Exception {
        Soak soak = new Soak(Path.of(System.getProperty("packaged.jar")), SECONDS, ACTORS, 1);
        Path log = folder.resolve("server.log");
        Observed observed = soak.run(log);
        Verdict verdict = Verdict.of(observed);
        assertThat(verdict.holds()).as("%s%n%s", verdict, Files.readString(log)).isTrue();
        Map<String, List<Entry>> byActor = observed.entries().stream().collect(Collectors.groupingBy(Entry::actor));
        for (Actor actor : Actor.values()) {
            assertThat(byActor).containsKey(actor.label());
        }
        assertThat(byActor).containsKeys(SlowClients.ACTOR, LivenessProbe.ACTOR);
        assertThat(observed.vitals()).hasSizeGreaterThan(SECONDS / 2);
    }
}
