package dev.facefuse.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Checks the heap that a reader allocates, whatever size the input claims. */
public final class Heap {
    private static final int MOST_TRIES = 5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Heap() {}

    /** Does the work, again if it took more bytes, a few times: now and then classes are loaded along the way. */
    public static void assertAtMost(long bytes, Runnable work) {
        long least = taken(work);
        for (int again = 1; again < MOST_TRIES && least > bytes; again++) {
            least = Math.min(least, taken(work));
        }
        assertThat(least).as("bytes of the heap").isLessThanOrEqualTo(bytes);
    }

    private static long taken(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
