package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a CUDA device with libtorch's caching allocator (c10/cuda/CUDACachingAllocator.cpp). Sizes are rounded to 512 bytes. Blocks up
 * to 1 MiB are allocated from segments of 2 MiB, blocks up to 10 MiB from segments of 20 MiB, and larger ones from separate segments,
 * rounded to 2 MiB. The best fitting free block is split if the remainder is large enough and the block is below
 * {@code max_split_size}. Freed blocks are merged with free neighbours and cached. So fragmentation occurs as on a real device. Not
 * thread-safe.
 */
public final class SimulatedMemory implements DeviceMemory {
    static final long MEBIBYTE = 1 << 20;
    private static final long ROUNDING = 512;
    private static final long SMALL = MEBIBYTE;
    private static final long SMALL_SEGMENT = 2 * MEBIBYTE;
    private static final long LARGE_SEGMENT = 20 * MEBIBYTE;
    private static final long SEPARATE_SEGMENT = 10 * MEBIBYTE;
    private static final long SEPARATE_SEGMENT_ROUNDING = 2 * MEBIBYTE;
    private static final long MAX_SPLIT = 128 * MEBIBYTE;

    private final long capacity;
    private final LongPredicate isFailing;
    private final List<Segment> segments = new ArrayList<>();
    private long others;
    private long allocations;
    private long allocated;
    private long peak;
    private long retries;
    private long outOfMemory;
    private long emptied;

    /**
     * Creates an unused device.
     *
     * @param capacity the size of the memory in bytes
     * @param isFailing whether the n-th allocation fails, counted from 1, even if there is enough memory
     */
    public SimulatedMemory(long capacity, LongPredicate isFailing) {
        this.capacity = capacity;
        this.isFailing = isFailing;
    }

    public SimulatedMemory(long capacity) {
        this(capacity, n -> false);
    }

    /** Sets the memory that another process uses from now on. */
    public void setUsedByOthers(long bytes) {
        others = bytes;
    }

    /** Allocates memory, to be freed by {@link #free(Block)}. */
    Block allocate(long bytes) {
        allocations++;
        if (isFailing.test(allocations)) {
            throw outOfMemoryError(bytes, "injected");
        }
        long size = Math.max(ROUNDING, roundUp(bytes, ROUNDING));
        Block block = bestFit(size);
        if (block == null) {
            block = newSegment(size);
        }
        block.use(size);
        allocated += block.size;
        peak = Math.max(peak, allocated);
        return block;
    }

    private @Nullable Block bestFit(long size) {
        Block best = null;
        for (Segment segment : segments) {
            if (segment.small != (size <= SMALL)) {
                continue;
            }
            for (Block block = segment.first; block != null; block = block.next) {
                if (block.free && isUsable(block, size) && (best == null || block.size < best.size)) {
                    best = block;
                }
            }
        }
        return best;
    }

    private static boolean isUsable(Block block, long size) {
        if (block.size < size) {
            return false;
        }
        return size >= MAX_SPLIT ? block.size < size + LARGE_SEGMENT : block.size < MAX_SPLIT || block.size == size;
    }

    private Block newSegment(long size) {
        long bytes = segmentBytes(size);
        if (bytes > free()) {
            emptyCache();
            if (bytes > free()) {
                throw outOfMemoryError(size, free() + " bytes are free");
            }
            retries++;
        }
        Segment segment = new Segment(bytes, size <= SMALL);
        segments.add(segment);
        return segment.first;
    }

    private static long segmentBytes(long size) {
        if (size <= SMALL) {
            return SMALL_SEGMENT;
        }
        return size < SEPARATE_SEGMENT ? LARGE_SEGMENT : roundUp(size, SEPARATE_SEGMENT_ROUNDING);
    }

    private NativeException outOfMemoryError(long bytes, String why) {
        outOfMemory++;
        return NativeException.outOfMemory("Simulated: out of memory for " + bytes + " bytes, " + why);
    }

    private static long roundUp(long bytes, long to) {
        return (bytes + to - 1) / to * to;
    }

    @Override
    public Device device() {
        return Device.cuda(0);
    }

    @Override
    public long total() {
        return capacity;
    }

    @Override
    public long free() {
        return Math.max(0, capacity - others - reserved());
    }

    @Override
    public long allocated() {
        return allocated;
    }

    @Override
    public long reserved() {
        return segments.stream().mapToLong(s -> s.bytes).sum();
    }

    @Override
    public long peak() {
        return peak;
    }

    @Override
    public void resetPeak() {
        peak = allocated;
    }

    @Override
    public void emptyCache() {
        emptied++;
        segments.removeIf(s -> s.first.free && s.first.next == null);
    }

    /** The number of times that the cache was emptied. */
    long emptied() {
        return emptied;
    }

    @Override
    public void synchronize() {}

    @Override
    public Counters counters() {
        long largest = 0;
        long fragmented = 0;
        for (Segment segment : segments) {
            for (Block block = segment.first; block != null; block = block.next) {
                if (block.free) {
                    largest = Math.max(largest, block.size);
                    fragmented += block.size == segment.bytes ? 0 : block.size;
                }
            }
        }
        return new Counters(retries, outOfMemory, largest, fragmented);
    }

    @Override
    public List<ProcessUse> processes() {
        ProcessUse own = new ProcessUse(1, "facefuse", reserved());
        return others == 0 ? List.of(own) : List.of(own, new ProcessUse(2, "another", others));
    }

    private static final class Segment {
        private final long bytes;
        private final boolean small;
        private final Block first;

        Segment(long bytes, boolean small) {
            this.bytes = bytes;
            this.small = small;
            this.first = new Block(this, bytes);
        }
    }

    /** A part of a segment. */
    static final class Block {
        private final Segment segment;
        private long size;
        private boolean free = true;
        private @Nullable Block previous;
        private @Nullable Block next;

        private Block(Segment segment, long size) {
            this.segment = segment;
            this.size = size;
        }

        private void use(long requested) {
            free = false;
            long remainder = size - requested;
            boolean split = segment.small ? remainder >= ROUNDING : remainder > SMALL && requested < MAX_SPLIT;
            if (split) {
                Block tail = new Block(segment, remainder);
                tail.previous = this;
                tail.next = next;
                if (next != null) {
                    next.previous = tail;
                }
                next = tail;
                size = requested;
            }
        }

        private void mergeWithNext() {
            Block follower = next;
            if (follower != null && free && follower.free) {
                size += follower.size;
                next = follower.next;
                if (next != null) {
                    next.previous = this;
                }
            }
        }
    }

    /** @throws IllegalStateException if the block is free already */
    void free(Block block) {
        if (block.free) {
            throw new IllegalStateException("This block is free already");
        }
        allocated -= block.size;
        block.free = true;
        block.mergeWithNext();
        if (block.previous != null) {
            block.previous.mergeWithNext();
        }
    }
}
