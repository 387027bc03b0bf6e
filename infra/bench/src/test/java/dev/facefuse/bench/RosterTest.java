package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RosterTest {
    @TempDir
    private Path work;

    private Roster roster() {
        Workplace place = new Workplace();
        new CommandLine(place).parseArgs("--work", work.toString(), "--bench", work.toString());
        return new Roster(place, 3, List.of("shape", "enhancer"));
    }

    @Test
    void hasItsOwnOrder() {
        assertThat(roster().of(List.of("djl", "facefuse")))
                .extracting(Entrant::name)
                .containsExactly("facefuse", "djl");
    }

    @Test
    void refusesAStranger() {
        assertThatIllegalArgumentException().isThrownBy(() -> roster().of(List.of("facefuse", "tensorflow")));
    }

    @Test
    void givesEverybodyTheSameTask() {
        assertThat(roster().of(Roster.NAMES)).allSatisfy(entrant -> {
            assertThat(entrant.launch().command())
                    .containsSubsequence("--inputs", work.resolve("inputs").toString())
                    .containsSubsequence("--stages", "shape,enhancer")
                    .containsSubsequence("--threads", "3");
            assertThat(entrant.launch().environment()).containsEntry("OMP_NUM_THREADS", "3");
        });
    }

    @Test
    void saysWhyOneIsMissing() throws IOException {
        Entrant djl = roster().of(List.of("djl")).get(0);
        assertThat(djl.missing(work)).hasValue("there is no pack.json");
        Files.writeString(work.resolve("djl"), "torch 2.10.0 cannot be installed\n");
        assertThat(djl.missing(work)).hasValue("torch 2.10.0 cannot be installed");
    }
}
