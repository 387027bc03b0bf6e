package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A card that is not there, with an allocator that works like libtorch's for CUDA (c10/cuda/CUDACachingAllocator.cpp): sizes are
 * rounded to 512 bytes; up to 1 MiB come out of segments of 2 MiB, up to 10 MiB out of segments of 20 MiB, more out of segments
 * of their own, rounded to 2 MiB; the best fitting free block is split where the rest is worth it and it is below
 * {@code max_split_size}; freed blocks join their free neighbours and are kept. Free memory in pieces is therefore not always
 * memory: fragmentation happens. Not thread-safe.
 */
public final class SimulatedMemory implements DeviceMemory {
    static final long MEBIBYTE = 1 << 20;
    private static final long ROUNDING = 512;
    private static final long SMALL = MEBIBYTE;
    private static final long SMALL_SEGMENT = 2 * MEBIBYTE;
    private static final long LARGE_SEGMENT = 20 * MEBIBYTE;
    private static final long OWN_SEGMENT = 10 * MEBIBYTE;
    private static final long OWN_ROUNDING = 2 * MEBIBYTE;
    private static final long MAX_SPLIT = 128 * MEBIBYTE;

    private final long capacity;
    private final LongPredicate fails;
    private final List<Segment> segments = new ArrayList<>();
    private long others;
    private long asked;
    private long allocated;
    private long peak;
    private long retries;
    private long outOfMemory;
    private long emptied;

    /**
     * A card with nothing on it.
     *
     * @param capacity in bytes
     * @param fails whether the n-th allocation fails, from 1, for no reason that the figures show
     */
    public SimulatedMemory(long capacity, LongPredicate fails) {
        this.capacity = capacity;
        this.fails = fails;
    }

    public SimulatedMemory(long capacity) {
        this(capacity, n -> false);
    }

    /** Another process takes this much of the card from now on. */
    public void takeByOthers(long bytes) {
        others = bytes;
    }

    /** Takes memory; {@link #free(Block)} gives it back. */
    Block allocate(long bytes) {
        asked++;
        if (fails.test(asked)) {
            throw noRoom(bytes, "injected");
        }
        long size = Math.max(ROUNDING, roundUp(bytes, ROUNDING));
        Block block = bestFit(size);
        if (block == null) {
            block = newSegment(size);
        }
        block.take(size);
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
                if (block.free && suits(block, size) && (best == null || block.size < best.size)) {
                    best = block;
                }
            }
        }
        return best;
    }

    private static boolean suits(Block block, long size) {
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
                throw noRoom(size, free() + " bytes are free");
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
        return size < OWN_SEGMENT ? LARGE_SEGMENT : roundUp(size, OWN_ROUNDING);
    }

    private NativeException noRoom(long bytes, String why) {
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

    /** How often the cache was emptied. */
    long emptied() {
        return emptied;
    }

    @Override
    public void synchronize() {}

    @Override
    public Counters counters() {
        long largest = 0;
        long pieces = 0;
        for (Segment segment : segments) {
            for (Block block = segment.first; block != null; block = block.next) {
                if (block.free) {
                    largest = Math.max(largest, block.size);
                    pieces += block.size == segment.bytes ? 0 : block.size;
                }
            }
        }
        return new Counters(retries, outOfMemory, largest, pieces);
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

    /** A piece of a segment. */
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

        private void take(long wanted) {
            free = false;
            long rest = size - wanted;
            boolean worthIt = segment.small ? rest >= ROUNDING : rest > SMALL && wanted < MAX_SPLIT;
            if (worthIt) {
                Block tail = new Block(segment, rest);
                tail.previous = this;
                tail.next = next;
                if (next != null) {
                    next.previous = tail;
                }
                next = tail;
                size = wanted;
            }
        }

        private void join() {
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

    /** Gives a block back; twice is an error. */
    void free(Block block) {
        if (block.free) {
            throw new IllegalStateException("This block was given back before");
        }
        allocated -= block.size;
        block.free = true;
        block.join();
        if (block.previous != null) {
            block.previous.join();
        }
    }
}
