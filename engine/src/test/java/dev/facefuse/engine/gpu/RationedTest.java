package dev.facefuse.engine.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.memory.Plan;
import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Fusions still succeed when libtorch's allocator runs out of memory in spite of the plan. */
@Tag("gpu")
class RationedTest {
    /** Enough for the pack {@code mesh}, its libraries' workspaces among it. */
    private static final long RATION_BYTES = 256 << 20;

    /** Lines of {@link RationedMain}; other lines are log messages. */
    private static final Pattern LINE = Pattern.compile("[a-zA-Z.]+=.*");

    @Test
    void stepsDownWhenTheAllocatorRefuses(TestReporter reporter) throws IOException, InterruptedException {
        Card.require();
        double fraction = (double) RATION_BYTES / Card.memory().total();
        Process process =
                OtherJvm.running(RationedMain.class, Double.toString(fraction)).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Properties went = new Properties();
        went.load(new StringReader(said.lines().filter(LINE.asMatchPredicate()).collect(Collectors.joining("\n"))));
        Figures figures = new Figures(reporter);
        went.stringPropertyNames().stream().sorted().forEach(name -> figures.record(name, went.getProperty(name)));

        assertThat(went).containsEntry("readBack", "true").containsEntry("left", "0");
        assertThat(Long.parseLong(went.getProperty("free"))).isBetween(1L, RATION_BYTES);
        assertThat(Long.parseLong(went.getProperty("fell"))).isPositive();
        assertThat(went)
                .containsEntry("before.plan", Plan.RESIDENT.label())
                .containsEntry("before.degraded", "false")
                .containsEntry("starved.degraded", "true")
                .containsEntry("after.degraded", "false");
        assertThat(went.getProperty("starved.plan")).isNotEqualTo(Plan.RESIDENT.label());
    }
}
