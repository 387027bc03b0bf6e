package dev.facefuse.function.application;

import static dev.facefuse.function.application.FacefuseProperties.require;

import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.AllocatorSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code facefuse.memory.*}: memory use. The ranges are those of {@link MemorySettings}.
 *
 * @param plan fastest plan that may be taken on a GPU: {@code auto} (the same as {@code resident}), {@code resident},
 *     {@code staged}, {@code streamed} or {@code host}
 * @param reserve GPU memory that plans leave free
 * @param cleaning when the allocator's cache is released: {@code always} (after each fusion), {@code pressure} (when memory is
 *     short, and on the host after every 16th fusion) or {@code never}
 * @param allocator libtorch's CUDA allocator
 * @param hostLimit most resident memory of the process, such as {@code 700MB} (1 MB is 2²⁰ bytes here); 0 for the cgroup's or
 *     the machine's memory
 */
public record MemoryProperties(
        @AppliesTo(fuseOption = "--plan") @DefaultValue("auto")
        String plan,

        @DefaultValue("128MB") DataSize reserve,
        @DefaultValue("pressure") CacheTrimPolicy cleaning,
        @DefaultValue Allocator allocator,

        @AppliesTo(fuseOption = "--memory-limit") @DefaultValue("0B")
        DataSize hostLimit) {

    public MemoryProperties {
        Plan.parse(plan);
        require(!reserve.isNegative(), "facefuse.memory.reserve is " + reserve + "; it cannot be negative.");
        require(!hostLimit.isNegative(), "facefuse.memory.host-limit is " + hostLimit + "; it cannot be negative.");
    }

    MemorySettings settings() {
        return new MemorySettings(
                Plan.parse(plan), reserve.toBytes(), cleaning, allocator.settings(), hostLimit.toBytes());
    }

    /**
     * {@code facefuse.memory.allocator.*}: libtorch's caching allocator for CUDA memory, set once a process. A {@code
     * PYTORCH_ALLOC_CONF} in the environment takes precedence. {@link AllocatorSettings} says which settings exclude each other.
     *
     * @param maxSplitSizeMb larger blocks are never split, MiB, from 20; 0 for no limit. The default is 128, and 0 with
     *     expandable segments
     * @param expandableSegments segments that grow, instead of the split limit
     * @param garbageCollectionThreshold share of the allowed memory, 0 to 1, from which on old blocks are freed; 0 for never
     * @param memoryFraction share of each GPU that this process may use, at most 1
     * @param launchBlocking wait for every kernel, for debugging
     */
    public record Allocator(
            @Nullable Integer maxSplitSizeMb,
            @DefaultValue("false") boolean expandableSegments,
            @DefaultValue("0") double garbageCollectionThreshold,
            @DefaultValue("1") double memoryFraction,
            @DefaultValue("false") boolean launchBlocking) {

        public Allocator {
            settings(maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
        }

        AllocatorSettings settings() {
            return settings(
                    maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
        }

        private static AllocatorSettings settings(
                @Nullable Integer maxSplitSizeMb,
                boolean expandableSegments,
                double garbageCollectionThreshold,
                double memoryFraction,
                boolean launchBlocking) {
            int split = maxSplitSizeMb != null
                    ? maxSplitSizeMb
                    : expandableSegments ? 0 : AllocatorSettings.DEFAULT.maxSplitSizeMb();
            try {
                return new AllocatorSettings(
                        split, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
            } catch (IllegalArgumentException e) {
                throw new FuseException(ErrorCode.BAD_REQUEST, "facefuse.memory.allocator: " + e.getMessage() + ".", e);
            }
        }
    }
}
