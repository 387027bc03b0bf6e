package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeakTrackerTest {

    private static final String ADVICE = ". Open it in a try-with-resources statement";

    @Test
    void logsTheLineThatOpenedALeak() throws IOException, InterruptedException {
        assertLogsLines(ForkedJvm.running(Leaks.class)
                .withOption("-Dfacefuse.debug.ownership=true")
                .run());
    }

    @Test
    void canBeEnabledByAnEnvironmentVariable() throws IOException, InterruptedException {
        assertLogsLines(ForkedJvm.running(Leaks.class)
                .withVariable("FACEFUSE_DEBUG_OWNERSHIP", "true")
                .run());
    }

    private static void assertLogsLines(List<String> printed) {
        String here = Leaks.class.getName() + ".leak(LeakTrackerTest.java:";
        assertThat(messages(printed))
                .containsExactlyInAnyOrder(
                        "SEVERE: A TensorScope opened at " + here + lineOf("scope", printed)
                                + ") was never closed; the garbage collector freed it" + ADVICE,
                        "SEVERE: A ScriptModel opened at " + here + lineOf("model", printed)
                                + ") was never closed; the garbage collector freed it" + ADVICE);
        assertThat(printed).contains("left Live[tensors=0, tensorBytes=0, models=0, modelBytes=0]");
    }

    @Test
    void logsHowToEnableDebugging() throws IOException, InterruptedException {
        assertThat(messages(ForkedJvm.running(Leaks.class).run()))
                .hasSize(2)
                .contains("SEVERE: A TensorScope was never closed; the garbage collector freed it. Start with"
                        + " -Dfacefuse.debug.ownership=true to log where it was opened");
    }

    private static List<String> messages(List<String> printed) {
        return printed.stream()
                .filter(line -> line.startsWith("SEVERE: A TensorScope") || line.startsWith("SEVERE: A ScriptModel"))
                .toList();
    }

    private static String lineOf(String prefix, List<String> printed) {
        return printed.stream()
                .filter(line -> line.startsWith(prefix + " "))
                .findFirst()
                .orElseThrow()
                .substring(prefix.length() + 1);
    }

    /** Leaks a scope with a tensor and a model, and waits until both were collected. */
    static final class Leaks {

        /** Many collections can pass before the cleaner's thread has loaded the classes for its first log message. */
        private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(1);

        public static void main(String[] arguments) throws IOException {
            leak();
            long start = System.nanoTime();
            while (LeakTracker.leakedOwners() < 2 && System.nanoTime() - start < TIMEOUT_NANOS) {
                System.gc();
            }
            System.out.println("left " + AllocationTracker.live(Device.CPU));
        }

        private static void leak() throws IOException {
            System.out.println("scope " + (line() + 1));
            TensorScope.open().floats(new float[3], 3);
            System.out.println("model " + (line() + 1));
            ScriptModel.loadResource(Leaks.class, "affine.pt", Dtype.FLOAT32);
        }

        private static int line() {
            return new Throwable().getStackTrace()[1].getLineNumber();
        }
    }
}
