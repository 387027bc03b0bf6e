package dev.facefuse.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What reading something takes of the heap, however large the input says it is. */
public final class Heap {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Heap() {}

    /** Does the work; again if it took more than so many bytes, since the first time classes are loaded along the way. */
    public static void assertAtMost(long bytes, Runnable work) {
        if (taken(work) > bytes) {
            assertThat(taken(work)).as("bytes of the heap").isLessThanOrEqualTo(bytes);
        }
    }

    private static long taken(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
