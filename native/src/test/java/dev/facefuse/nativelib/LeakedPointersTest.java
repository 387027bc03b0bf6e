package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Leaks objects in a separate process, so that other tests do not fail because of them. */
class LeakedPointersTest {

    @Test
    void countsOnlyPointersThatWereNotClosed() throws IOException, InterruptedException {
        List<String> printed = ForkedJvm.running(Leaks.class).run();
        assertThat(printed)
                .contains("closed 0", "leaked 3")
                .anyMatch(line -> line.startsWith("SEVERE: A native object of 4096 bytes was never closed"));
    }

    /** Closes pointers directly and by a scope, then leaks three. */
    static final class Leaks {
        private static final long TIMEOUT_NANOS = TimeUnit.MINUTES.toNanos(1);

        @SuppressWarnings("try") // pointer scopes act while they are open
        public static void main(String[] arguments) {
            ProcessNative.residentBytes();
            long before = IntPointer.totalCount();
            new IntPointer(1024).close();
            try (PointerScope scope = new PointerScope()) {
                new IntPointer(1024).put(1);
                new IntPointer(1024).close();
            }
            System.gc();
            System.out.println("closed " + (LeakTracker.caught() + IntPointer.totalCount() - before));
            leak();
            long start = System.nanoTime();
            while (IntPointer.totalCount() > before && System.nanoTime() - start < TIMEOUT_NANOS) {
                System.gc();
            }
            System.out.println("leaked " + LeakTracker.caught());
        }

        private static void leak() {
            for (int i = 0; i < 3; i++) {
                new IntPointer(1024).put(i);
            }
        }
    }
}
