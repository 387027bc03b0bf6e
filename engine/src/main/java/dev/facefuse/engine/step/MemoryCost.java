package dev.facefuse.engine.step;

import dev.facefuse.engine.step.Allocation.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The host memory that a step takes at most.
 *
 * <pre>{@code
 * MemoryCost.running("decoding the template", 30_000_000, Kind.NATIVE)
 *         .leaving("the template", 3_000_000, Kind.NATIVE);
 * }</pre>
 *
 * @param running while it runs, beside what the steps before it left
 * @param left what it leaves to the steps after it
 * @param released purposes of the allocations that it releases when it ends
 */
public record MemoryCost(List<Allocation> running, List<Allocation> left, List<String> released) {
    /** A step that takes nothing worth counting. */
    public static final MemoryCost NONE = new MemoryCost(List.of(), List.of(), List.of());

    /** Purpose of the float planes that a fusion keeps on the Java heap until the face is part of the template. */
    static final String PLANES = "planes of the fusion";

    public MemoryCost {
        running = List.copyOf(running);
        left = List.copyOf(left);
        released = List.copyOf(released);
    }

    /** Memory while the step runs. */
    public static MemoryCost running(String purpose, long bytes, Kind kind) {
        return NONE.and(purpose, bytes, kind);
    }

    /** Activations of a network while the step runs. */
    static MemoryCost network(String role, Sizes sizes) {
        return running("activations of " + role, sizes.networkBytes().applyAsLong(role), Kind.RUNTIME);
    }

    /** The same, and more memory while the step runs. */
    public MemoryCost and(String purpose, long bytes, Kind kind) {
        return new MemoryCost(plus(running, new Allocation(purpose, bytes, kind)), left, released);
    }

    /** The same, and memory that the step leaves. */
    public MemoryCost leaving(String purpose, long bytes, Kind kind) {
        return new MemoryCost(running, plus(left, new Allocation(purpose, bytes, kind)), released);
    }

    /** The same, and memory that the step releases. */
    public MemoryCost releasing(String purpose) {
        return new MemoryCost(running, left, plus(released, purpose));
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
