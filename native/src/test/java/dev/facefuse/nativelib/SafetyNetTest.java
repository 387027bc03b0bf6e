package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SafetyNetTest {

    private static final String TRY = ": open it in a try-with-resources statement";

    @Test
    void namesTheLineThatLeaked() throws IOException, InterruptedException {
        assertNamesLines(ForkedJvm.running(Leaks.class)
                .withOption("-Dfacefuse.debug.ownership=true")
                .run());
    }

    @Test
    void isToldByTheEnvironmentToo() throws IOException, InterruptedException {
        assertNamesLines(ForkedJvm.running(Leaks.class)
                .withVariable("FACEFUSE_DEBUG_OWNERSHIP", "true")
                .run());
    }

    private static void assertNamesLines(List<String> printed) {
        String here = Leaks.class.getName() + ".leak(SafetyNetTest.java:";
        assertThat(messages(printed))
                .containsExactlyInAnyOrder(
                        "SEVERE: A TensorScope opened at " + here + lineOf("scope", printed)
                                + ") was never closed; the garbage collector found it" + TRY,
                        "SEVERE: A ScriptModel opened at " + here + lineOf("model", printed)
                                + ") was never closed; the garbage collector found it" + TRY);
        assertThat(printed).contains("left Live[tensors=0, tensorBytes=0, models=0, modelBytes=0]");
    }

    @Test
    void saysHowToFindOutMore() throws IOException, InterruptedException {
        assertThat(messages(ForkedJvm.running(Leaks.class).run()))
                .hasSize(2)
                .contains("SEVERE: A TensorScope was never closed and the garbage collector found it; start with"
                        + " -Dfacefuse.debug.ownership=true to be told where it was opened");
    }

    private static List<String> messages(List<String> printed) {
        return printed.stream()
                .filter(line -> line.startsWith("SEVERE: A TensorScope") || line.startsWith("SEVERE: A ScriptModel"))
                .toList();
    }

    private static String lineOf(String what, List<String> printed) {
        return printed.stream()
                .filter(line -> line.startsWith(what + " "))
                .findFirst()
                .orElseThrow()
                .substring(what.length() + 1);
    }

    /** Forgets a scope with a tensor, and a model, and waits until the collector has found both. */
    static final class Leaks {

        /** A thousand collections can be over before the cleaner's thread has loaded what the first message needs. */
        private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

        public static void main(String[] arguments) throws IOException {
            leak();
            long start = System.nanoTime();
            while (SafetyNet.caughtOwners() < 2 && System.nanoTime() - start < PATIENCE_NANOS) {
                System.gc();
            }
            System.out.println("left " + Ownership.live(Device.CPU));
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
