package dev.facefuse.nativelib;

import java.util.StringJoiner;

/**
 * How libtorch's caching allocator treats CUDA memory, for the life of the process. Nothing here touches host memory.
 *
 * @param maxSplitSizeMb blocks from this many MiB on are never split, and serve only requests of about their size: a large
 *     block does not lose a corner to a small tensor. At least 20; 0 is libtorch's default, no limit
 * @param expandableSegments reserves address ranges that grow, instead of many segments side by side; not together with
 *     {@code maxSplitSizeMb}
 * @param garbageCollectionThreshold the part of what {@code memoryFraction} allows, above 0 and below 1, from which on cached
 *     blocks nobody used for long are given back; 0 is off. libtorch collects only below a memory fraction of 1
 * @param memoryFraction the part of each card's memory that this process may reserve, above 0 to 1
 * @param launchBlocking whether every kernel is waited for, so that its error comes out where it was launched: slow, for
 *     debugging
 */
public record AllocatorSettings(
        int maxSplitSizeMb,
        boolean expandableSegments,
        double garbageCollectionThreshold,
        double memoryFraction,
        boolean launchBlocking) {

    /** Blocks from 128 MiB on stay whole; everything else is libtorch's default. */
    public static final AllocatorSettings DEFAULT = new AllocatorSettings(128, false, 0, 1, false);

    /** Less is an error to libtorch 2.10 (c10's AllocatorConfig: one of its large buffers). */
    private static final int LEAST_SPLIT_SIZE_MB = 20;

    public AllocatorSettings {
        if (maxSplitSizeMb != 0 && maxSplitSizeMb < LEAST_SPLIT_SIZE_MB) {
            throw new IllegalArgumentException("A max split size of " + maxSplitSizeMb + " MiB: give "
                    + LEAST_SPLIT_SIZE_MB + " or more, or 0 for no limit");
        }
        if (expandableSegments && maxSplitSizeMb != 0) {
            // libtorch takes both without a word. Its should_split then ignores the limit while its get_free_block
            // obeys it.
            throw new IllegalArgumentException("Expandable segments together with a max split size of " + maxSplitSizeMb
                    + " MiB: an expandable segment is split all the same, and what is left of it from that size on no longer"
                    + " serves smaller requests; set the max split size to 0 or leave expandable segments off");
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

    /** {@link #DEFAULT} with segments that grow in place of the split limit. */
    public static AllocatorSettings expandable() {
        return new AllocatorSettings(0, true, 0, 1, false);
    }

    public AllocatorSettings withMaxSplitSizeMb(int sizeMb) {
        return new AllocatorSettings(
                sizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, launchBlocking);
    }

    /** Of each card, and the part of that from which on the allocator collects its garbage; 0 for never. */
    public AllocatorSettings withMemoryFraction(double fraction, double collectFrom) {
        return new AllocatorSettings(maxSplitSizeMb, expandableSegments, collectFrom, fraction, launchBlocking);
    }

    public AllocatorSettings withLaunchBlocking(boolean blocking) {
        return new AllocatorSettings(
                maxSplitSizeMb, expandableSegments, garbageCollectionThreshold, memoryFraction, blocking);
    }

    /**
     * As libtorch reads it from {@code PYTORCH_ALLOC_CONF}: {@code max_split_size_mb:128}; empty where all is its default. The
     * memory fraction and launch blocking have their own ways.
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
