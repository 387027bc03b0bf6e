package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ByteFormat;

/** Whether the Java heap can grow beyond what the process's memory limit leaves for it, and what to do then. */
public final class HeapAdvice {
    private static final long MEBIBYTE = 1 << 20;

    /** Less is not enough for a server that reads pictures. */
    private static final long LEAST_MEBIBYTES = 64;

    /** The rest of what the limit leaves is for decoded pictures and tensors. */
    private static final int HEAP_PART = 2;

    private static final int STEP_MEBIBYTES = 16;

    private HeapAdvice() {}

    /**
     * One or two sentences with a value for {@code -Xmx}, empty if the heap fits. All sizes are bytes.
     *
     * @param limit of the process's resident memory
     * @param resident memory of the process now, the used heap included
     * @param usedHeap the Java heap's use now
     * @param maxHeap the most that the Java heap can grow to
     */
    public static String of(long limit, long resident, long usedHeap, long maxHeap) {
        long engine = Math.max(0, resident - usedHeap);
        if (maxHeap <= limit - engine) {
            return "";
        }
        String fault = "The Java heap can grow to " + ByteFormat.decimal(maxHeap) + " and the engine takes "
                + ByteFormat.decimal(engine) + ", more than the memory limit of " + ByteFormat.decimal(limit)
                + " together. ";
        long mebibytes = (limit - engine) / HEAP_PART / MEBIBYTE / STEP_MEBIBYTES * STEP_MEBIBYTES;
        if (mebibytes >= LEAST_MEBIBYTES) {
            return fault + "Start Java with -Xmx" + mebibytes + "m, or raise the limit.";
        }
        return fault + "Start Java with -Xmx" + LEAST_MEBIBYTES + "m and raise the limit to "
                + ByteFormat.decimal(engine + HEAP_PART * LEAST_MEBIBYTES * MEBIBYTE) + ".";
    }
}
