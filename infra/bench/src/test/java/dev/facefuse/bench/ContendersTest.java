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

class ContendersTest {
    @TempDir
    private Path work;

    private Contenders contenders() {
        BenchOptions options = new BenchOptions();
        new CommandLine(options).parseArgs("--work", work.toString(), "--bench", work.toString());
        return new Contenders(options, 3, List.of("shape", "enhancer"));
    }

    @Test
    void hasItsOwnOrder() {
        assertThat(contenders().of(List.of("djl", "facefuse")))
                .extracting(Contender::name)
                .containsExactly("facefuse", "djl");
    }

    @Test
    void refusesAStranger() {
        assertThatIllegalArgumentException().isThrownBy(() -> contenders().of(List.of("facefuse", "tensorflow")));
    }

    @Test
    void givesEverybodyTheSameTask() {
        assertThat(contenders().of(Contenders.NAMES)).allSatisfy(contender -> {
            assertThat(contender.launch().command())
                    .containsSubsequence("--inputs", work.resolve("inputs").toString())
                    .containsSubsequence("--stages", "shape,enhancer")
                    .containsSubsequence("--threads", "3");
            assertThat(contender.launch().environment()).containsEntry("OMP_NUM_THREADS", "3");
        });
    }

    @Test
    void saysWhyOneIsMissing() throws IOException {
        Contender djl = contenders().of(List.of("djl")).get(0);
        assertThat(djl.missing(work)).hasValue("there is no pack.json");
        Files.writeString(work.resolve("djl"), "torch 2.10.0 cannot be installed\n");
        assertThat(djl.missing(work)).hasValue("torch 2.10.0 cannot be installed");
    }
}
