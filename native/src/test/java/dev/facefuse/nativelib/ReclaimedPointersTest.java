package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Runs in its own process, so that objects it leaves behind do not fail other tests. */
class ReclaimedPointersTest {

    @Test
    void countsWhatNobodyClosedAndNothingElse() throws IOException, InterruptedException {
        List<String> printed = ForkedJvm.running(Forgetful.class).run();
        assertThat(printed)
                .contains("closed 0", "forgotten 3")
                .anyMatch(line -> line.startsWith("SEVERE: A native object of 4096 bytes was never closed"));
    }

    /** Closes pointers in both ways there are, then forgets three. */
    static final class Forgetful {
        private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

        @SuppressWarnings("try") // The scope works by being open.
        public static void main(String[] arguments) {
            ProcessNative.residentBytes();
            long before = IntPointer.totalCount();
            new IntPointer(1024).close();
            try (PointerScope scope = new PointerScope()) {
                new IntPointer(1024).put(1);
                new IntPointer(1024).close();
            }
            System.gc();
            System.out.println("closed " + (SafetyNet.caught() + IntPointer.totalCount() - before));
            forget();
            long start = System.nanoTime();
            while (IntPointer.totalCount() > before && System.nanoTime() - start < PATIENCE_NANOS) {
                System.gc();
            }
            System.out.println("forgotten " + SafetyNet.caught());
        }

        private static void forget() {
            for (int i = 0; i < 3; i++) {
                new IntPointer(1024).put(i);
            }
        }
    }
}
