package dev.facefuse.engine.step;

/**
 * Host memory with one purpose.
 *
 * @param purpose {@code decoding the template}; allocations with equal purposes are the same memory
 */
public record Allocation(String purpose, long bytes, Kind kind) {
    /** How memory is freed, and whether explanations name it. */
    public enum Kind {
        /** Native memory; freed as soon as a step releases it. */
        NATIVE,
        /** Java heap; counts until the end of the fusion, because released objects wait for the garbage collector. */
        HEAP,
        /** Libraries and networks; counts, but explanations of a step's memory do not name it. */
        RUNTIME
    }

    Allocation larger(Allocation other) {
        return other.bytes > bytes ? other : this;
    }
}
