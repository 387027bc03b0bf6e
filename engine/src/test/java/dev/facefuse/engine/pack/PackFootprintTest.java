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
 * What a pack's manifest says a part takes is what it takes of this host in float32.
 *
 * <p>Measured as resident memory, by the kernel, in a JVM of its own ({@link FootprintMain}): glibc is told to give each block
 * of 16 KiB and more a mapping of its own and to give it back at once, and the JVM to touch all of its small heap at the
 * start and to compile with its small compiler only (the other takes and gives back megabytes), so that what comes and goes is
 * libtorch's.
 * <em>Weights</em>: the growth over four copies, divided by four; copies share the code. <em>Activations</em>: the peak while
 * the part runs, over what was resident before the role's inputs were made; a tensor is released when no later part takes it
 * and the role does not give it. The median of five rounds counts: in the first ones libraries fill their caches.
 *
 * <p>Where a batch of one is little beside pages and heap, a batch of eight is measured as well: activations grow with it.
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

    /** Of the prediction. */
    private static final double TOLERANCE = 0.10;

    /** Of {@link FootprintMain}; a JVM may have things to say, too. */
    private static final Pattern LINE = Pattern.compile("\\S+ \\S+ \\S+ \\d+ \\d+ \\d+");

    private static final List<Measurement> MEASURED = new ArrayList<>();

    /** A line of {@link FootprintMain}. */
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

        Manifest.Memory said() {
            Manifest.Part said = ModelPack.embedded(pack).role(role).parts().stream()
                    .filter(candidate -> candidate.name().equals(part))
                    .findFirst()
                    .orElseThrow();
            return said.memory().get("float32");
        }

        long predicted() {
            return said().weightBytes() + batch * said().activationBytes();
        }

        double shareOfPredicted() {
            return (double) (weightBytes + activationBytes) / predicted();
        }

        @Override
        public String toString() {
            return String.format(
                    "%s %s %s, batch %d: %d + %d bytes, %.3f of the %d predicted",
                    pack, role, part, batch, weightBytes, activationBytes, shareOfPredicted(), predicted());
        }
    }

    @BeforeAll
    @SuppressWarnings("SystemOut") // Lies beside the report.
    static void measure() throws Exception {
        assumeTrue(ProcessNative.resetPeak(), "the kernel does not let a process reset its peak");
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
            ModelPack.embedded(name).roles().forEach((role, says) -> says.parts()
                    .forEach(part -> parts.add(name + " " + role + " " + part.name())));
        }
        assertThat(MEASURED)
                .filteredOn(m -> m.batch == 1)
                .extracting(m -> m.pack + " " + m.role + " " + m.part)
                .containsExactlyInAnyOrderElementsOf(parts);
    }

    @Test
    void everyPartTakesWhatItsManifestSays() {
        assertThat(MEASURED)
                .allSatisfy(
                        m -> assertThat(m.shareOfPredicted()).as(m.toString()).isBetween(1 - TOLERANCE, 1 + TOLERANCE));
    }
}
