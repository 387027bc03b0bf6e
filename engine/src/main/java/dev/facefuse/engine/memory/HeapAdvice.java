package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ByteFormat;

/** Checks whether the largest Java heap and the engine fit within the process's memory limit, and suggests a value for -Xmx. */
public final class HeapAdvice {
    /**
     * Resident memory of the engine and the JVM without the Java heap: libraries, classes, compiled code, threads, and the
     * networks of the embedded pack. It is a constant, because the resident memory of a running process depends on how much of
     * the heap it has ever touched, so two commands on one machine would suggest different values. Measured with {@code serve} on
     * Linux x86-64, JDK 17, {@code -Xmx64m}: 389 MB resident after the start, of which 27 MB are used heap and 65 MB reserved heap.
     */
    public static final long ENGINE_BYTES = 340_000_000;

    private static final long MEBIBYTE = 1 << 20;

    /** A server that reads pictures needs at least this much heap. */
    private static final long LEAST_MEBIBYTES = 64;

    /** The heap gets half of what the limit leaves; the rest is for decoded pictures and tensors. */
    private static final int HEAP_PART = 2;

    private static final int STEP_MEBIBYTES = 16;

    private HeapAdvice() {}

    /**
     * One or two sentences with a value for {@code -Xmx}; empty if the heap fits. All sizes are bytes.
     *
     * @param limit of the process's resident memory
     * @param engine resident memory without the Java heap, usually {@link #ENGINE_BYTES}
     * @param maxHeap the largest size of the Java heap
     */
    public static String of(long limit, long engine, long maxHeap) {
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
