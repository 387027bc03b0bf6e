package dev.facefuse.engine.step;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates the host memory that a fusion takes at most, beyond what is resident before its first pixel is decoded (the encoded
 * pictures are). The estimate follows the list of steps: while a step runs there is what it takes itself and what the steps before
 * it left and did not release. For the usual list this gives, with T and U for the decoded template and user's picture:
 *
 * <pre>
 * read-template        decoding T + libraries
 * find-template-face   T + working picture + networks
 * read-user            T + networks + decoding U
 * find-user-face       T + U + networks + working picture
 * fuse                 T + U + networks + planes
 * retouch              T + U + networks + planes + retouching
 * write                T + networks + planes + writing
 * label                T + networks + planes + labelling
 * </pre>
 *
 * Each step's class declares its cost and says where the figures come from.
 */
public final class HostMemoryEstimator {
    private HostMemoryEstimator() {}

    /**
     * The memory at one step.
     *
     * @param used allocations in use while the step runs
     * @param bytes all of them, and garbage that earlier steps left on the Java heap
     */
    public record StepMemory(Step step, List<Allocation> used, long bytes) {}

    /** The memory at each step of a list, in the list's order. */
    public static List<StepMemory> steps(List<Step> steps, Sizes sizes) {
        Map<String, Allocation> held = new LinkedHashMap<>();
        long garbageBytes = 0;
        List<StepMemory> memory = new ArrayList<>();
        for (Step step : steps) {
            MemoryCost cost = step.cost(sizes);
            Map<String, Allocation> used = new LinkedHashMap<>(held);
            cost.running().forEach(allocation -> used.merge(allocation.purpose(), allocation, Allocation::larger));
            memory.add(new StepMemory(step, List.copyOf(used.values()), garbageBytes + bytes(used.values())));
            cost.left().forEach(allocation -> held.merge(allocation.purpose(), allocation, Allocation::larger));
            for (String purpose : cost.released()) {
                Allocation released = held.remove(purpose);
                if (released != null && released.kind() == Allocation.Kind.HEAP) {
                    garbageBytes += released.bytes();
                }
            }
        }
        return memory;
    }

    /** The peak of a list of steps, bytes. */
    public static long peakBytes(List<Step> steps, Sizes sizes) {
        return steps(steps, sizes).stream().mapToLong(StepMemory::bytes).max().orElse(0);
    }

    private static long bytes(Collection<Allocation> allocations) {
        return allocations.stream().mapToLong(Allocation::bytes).sum();
    }
}
