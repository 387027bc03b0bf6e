package dev.facefuse.engine.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Generated files against their decoders: if a file is accepted, decoding it takes no more memory than {@link PictureMemory}
 * predicts. {@code infra/fuzz/decoding-memory.sh} runs this for longer.
 */
class DecodingMemoryTest {
    private static final int FILES = 300;
    private static final long SEED = 14;

    /**
     * Code, stacks and allocators' rests that are not a picture's: up to 1.2 MB were measured. A file that misstates its
     * size is caught from 12 MB on.
     */
    private static final long NOISE_BYTES = 12_000_000;

    private static final double MEGA = 1e6;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    @Test
    void decodingTakesNoMoreThanPredicted() throws IOException, InterruptedException {
        Long seconds = Long.getLong("decoding.seconds");
        long seed = Long.getLong("decoding.seed", seconds == null ? SEED : System.nanoTime());
        Findings findings = seconds == null
                ? run(seed, FILES, Long.MAX_VALUE)
                : run(seed, Integer.MAX_VALUE, seconds * NANOS_A_SECOND);

        print(findings);
        assertThat(findings.exceeded).isEmpty();
        assertThat(findings.accepted).as("accepted").isGreaterThan(findings.files / 3);
        assertThat(findings.decoded).as("decoded").isGreaterThan(findings.files / 5);
    }

    @SuppressWarnings("SystemOut") // Beside the report.
    private static void print(Findings findings) {
        System.out.printf(
                "%d files, %d accepted, %d decoded, %d took more than predicted; at most %.1f MB more%n",
                findings.files,
                findings.accepted,
                findings.decoded,
                findings.exceeded.size(),
                findings.mostOver / MEGA);
    }

    private static final class Findings {
        private final List<String> exceeded = new ArrayList<>();
        private int files;
        private int accepted;
        private int decoded;
        private long mostOver = Long.MIN_VALUE;

        private void add(UnusualPicture picture, long seed, DecodingProbe.Outcome outcome) {
            files++;
            accepted += outcome.accepted() ? 1 : 0;
            decoded += outcome.decoded() ? 1 : 0;
            long over = outcome.measured() - outcome.predicted();
            mostOver = Math.max(mostOver, over);
            if (over > NOISE_BYTES) {
                exceeded.add(String.format(
                        "file %d of seed %d: predicted %.1f MB, measured %.1f MB: %s (%d bytes) %s",
                        files - 1,
                        seed,
                        outcome.predicted() / MEGA,
                        outcome.measured() / MEGA,
                        picture.description(),
                        picture.bytes().length,
                        outcome.message()));
            }
        }
    }

    private static Findings run(long seed, int files, long nanos) throws IOException, InterruptedException {
        Process probe = start();
        Findings findings = new Findings();
        long started = System.nanoTime();
        try (DataInputStream in = new DataInputStream(probe.getInputStream());
                DataOutputStream out = new DataOutputStream(probe.getOutputStream())) {
            assumeTrue(in.readBoolean(), "no peak of resident memory here");
            for (int i = 0; i < files && System.nanoTime() - started < nanos; i++) {
                UnusualPicture picture = UnusualPicture.next(new Random(seed + 1_000_003L * i));
                out.writeInt(picture.bytes().length);
                out.write(picture.bytes());
                out.flush();
                findings.add(picture, seed, DecodingProbe.Outcome.read(in));
            }
            out.writeInt(0);
        } finally {
            probe.destroy();
            probe.waitFor();
        }
        return findings;
    }

    /** A heap that is resident from the start and does not grow, and as little compiled code as there can be. */
    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms224m",
                        "-Xmx224m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DecodingProbe.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
