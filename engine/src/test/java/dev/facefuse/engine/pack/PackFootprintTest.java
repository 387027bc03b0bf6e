package dev.facefuse.engine.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.nativelib.ProcessNative;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Tests that the memory figures in the manifests of packs equal the memory that the parts use on this host in float32.
 *
 * <p>The kernel measures resident memory, in a separate JVM ({@link FootprintMain}). Its settings ensure that all changes come from
 * libtorch: glibc uses a separate mapping for each block of 16 KiB or more and returns it when it is freed, the JVM touches its whole
 * small heap at the start, and it uses only the small compiler, because the memory of the other one changes by megabytes.
 *
 * <p><em>Weights</em> are the growth over four copies, divided by four; copies share the code. <em>Activations</em> are the peak while the
 * part runs, minus the resident memory before the inputs of the role were created. A tensor is released when neither a later part nor the
 * caller needs it. The median of five rounds is used, because libraries fill their caches in the first rounds.
 *
 * <p>If the activations of a batch of one are too small to measure, a batch of eight is measured too.
 */
@EnabledOnOs(OS.LINUX)
class PackFootprintTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "MALLOC_MMAP_THRESHOLD_", "16384",
            "MALLOC_TRIM_THRESHOLD_", "65536",
            "MALLOC_TOP_PAD_", "0",
            "MALLOC_ARENA_MAX", "1",
            "OMP_NUM_THREADS", "2");
    private static final List<String> JVM =
            List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final List<String> PACKS = List.of("mesh", "chain", "damo-unet-skeleton");

    /** The maximum difference, relative to the prediction. */
    private static final double TOLERANCE = 0.10;

    /** A line of {@link FootprintMain}. The JVM may print other lines. */
    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ \\S+ \\d+ \\d+ \\d+");

    private static final List<Measurement> MEASURED = new ArrayList<>();

    private record Measurement(
            String pack, String role, String part, int batch, long weightBytes, long activationBytes) {
        static Measurement parse(String line) {
            String[] words = line.split(" ", -1);
            return new Measurement(
                    words[0],
                    words[1],
                    words[2],
                    Integer.parseInt(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]));
        }

        Manifest.Memory expected() {
            Manifest.Part expected = ModelPack.embedded(pack).role(role).parts().stream()
                    .filter(candidate -> candidate.name().equals(part))
                    .findFirst()
                    .orElseThrow();
            return expected.memory().get("float32");
        }

        long expectedBytes() {
            return expected().weightBytes() + batch * expected().activationBytes();
        }

        double ratio() {
            return (double) (weightBytes + activationBytes) / expectedBytes();
        }

        @Override
        public String toString() {
            return String.format(
                    "%s %s %s, batch %d: %d + %d bytes, %.3f of the %d expected",
                    pack, role, part, batch, weightBytes, activationBytes, ratio(), expectedBytes());
        }
    }

    @BeforeAll
    @SuppressWarnings("SystemOut") // For the report of the test run.
    static void measure() throws Exception {
        assumeTrue(ProcessNative.resetPeak(), "the kernel does not allow resetting the peak");
        for (String line : run()) {
            Measurement measurement = Measurement.parse(line);
            System.out.println(measurement);
            MEASURED.add(measurement);
        }
    }

    private static List<String> run() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FootprintMain.class.getName()));
        command.addAll(PACKS);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(ENVIRONMENT);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(LINE.asMatchPredicate()).toList();
    }

    @Test
    void everyPartOfEveryPackIsMeasured() {
        Set<String> parts = new TreeSet<>();
        for (String name : PACKS) {
            ModelPack.embedded(name).roles().forEach((role, manifest) -> manifest.parts()
                    .forEach(part -> parts.add(name + " " + role + " " + part.name())));
        }
        assertThat(MEASURED)
                .filteredOn(m -> m.batch == 1)
                .extracting(m -> m.pack + " " + m.role + " " + m.part)
                .containsExactlyInAnyOrderElementsOf(parts);
    }

    @Test
    void everyPartUsesTheMemoryInItsManifest() {
        assertThat(MEASURED)
                .allSatisfy(m -> assertThat(m.ratio()).as(m.toString()).isBetween(1 - TOLERANCE, 1 + TOLERANCE));
    }
}
