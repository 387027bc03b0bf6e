package dev.facefuse.nativelib;

import java.util.StringJoiner;

/**
 * The settings of libtorch's caching allocator for CUDA memory. They apply until the process ends, and not to host memory.
 *
 * @param maxSplitSizeMb blocks of this size in MiB or more are never split, and are used only for requests of about their size. This
 *     prevents small tensors from fragmenting large blocks. At least 20; 0 means no limit, libtorch's default
 * @param expandableSegments whether the allocator reserves address ranges that can grow, instead of many separate segments; cannot be
 *     combined with {@code maxSplitSizeMb}
 * @param garbageCollectionThreshold the part of the memory allowed by {@code memoryFraction} above which cached blocks that were not
 *     used for long are freed; above 0 and below 1, or 0 to disable it. libtorch ignores it if the memory fraction is 1
 * @param memoryFraction the part of each device's memory that this process may reserve, above 0 and up to 1
 * @param launchBlocking whether libtorch waits for every kernel, so that an error is reported where the kernel was launched. Slow;
 *     for debugging
 */
public record AllocatorSettings(
        int maxSplitSizeMb,
        boolean expandableSegments,
        double garbageCollectionThreshold,
        double memoryFraction,
        boolean launchBlocking) {

    /** Never splits blocks of 128 MiB or more; otherwise libtorch's defaults. */
    public static final AllocatorSettings DEFAULT = new AllocatorSettings(128, false, 0, 1, false);

    /** libtorch 2.10 rejects smaller values (c10's AllocatorConfig: the size of one of its large buffers). */
    private static final int MIN_SPLIT_SIZE_MB = 20;

    public AllocatorSettings {
        if (maxSplitSizeMb != 0 && maxSplitSizeMb < MIN_SPLIT_SIZE_MB) {
            throw new IllegalArgumentException("A max split size of " + maxSplitSizeMb + " MiB: give "
                    + MIN_SPLIT_SIZE_MB + " or more, or 0 for no limit");
        }
        if (expandableSegments && maxSplitSizeMb != 0) {
            // libtorch accepts this combination silently, but only get_free_block respects the limit; should_split does
            // not.
            throw new IllegalArgumentException(
                    "Expandable segments together with a max split size of " + maxSplitSizeMb
                            + " MiB: libtorch still splits an expandable segment, and no longer uses the remaining part for smaller"
                            + " requests if it has that size or more; set the max split size to 0 or leave expandable segments off");
        }
        if (!(garbageCollectionThreshold >= 0 && garbageCollectionThreshold < 1)) {
            throw new IllegalArgumentException("A garbage collection threshold of " + garbageCollectionThreshold
                    + ": give a part above 0 and below 1, or 0 for none");
        }
        if (!(memoryFraction > 0 && memoryFraction <= 1)) {
            throw new IllegalArgumentException(
                    "A memory fraction of " + memoryFraction + ": give a part above 0, up to 1 for all");
        }
        if (garbageCollectionThreshold > 0 && memoryFraction == 1) {
            throw new IllegalArgumentException("A garbage collection threshold of " + garbageCollectionThreshold
                    + " does nothing with a memory fraction of 1: set a memory fraction below 1 with it");
        }
    }

    /** {@link #DEFAULT} with expandable segments instead of the split limit. */
    public static AllocatorSettings expandable() {
        return new AllocatorSettings(0, true, 0, 1, false);
    }

    public AllocatorSettings withMaxSplitSizeMb(int sizeMb) {
        return new AllocatorSettings(
                sizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
    }

    /** Sets the memory fraction and the garbage collection threshold, which depends on it. */
    public AllocatorSettings withMemoryFraction(double fraction, double collectionThreshold) {
        return new AllocatorSettings(maxSplitSizeMb, expandableSegments, collectionThreshold, fraction, launchBlocking);
    }

    public AllocatorSettings withLaunchBlocking(boolean blocking) {
        return new AllocatorSettings(
                maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, blocking);
    }

    /**
     * The value of {@code PYTORCH_ALLOC_CONF}, such as {@code max_split_size_mb:128}; empty if all settings are libtorch's defaults.
     * It does not contain the memory fraction and launch blocking, which are set separately.
     */
    public String render() {
        StringJoiner conf = new StringJoiner(",");
        if (maxSplitSizeMb > 0) {
            conf.add("max_split_size_mb:" + maxSplitSizeMb);
        }
        if (expandableSegments) {
            conf.add("expandable_segments:True");
        }
        if (garbageCollectionThreshold > 0) {
            conf.add("garbage_collection_threshold:" + garbageCollectionThreshold);
        }
        return conf.toString();
    }
}
