package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.DeviceMemory;
import java.util.Locale;

/** When the allocator's cache of a device is emptied after a fusion. */
public enum CacheTrimPolicy {
    /** After every fusion. The next fusion must allocate from the driver again, which takes time. */
    ALWAYS,
    /**
     * When less memory than the reserve is free, or when another process uses the device and this process's cache is larger than
     * the free memory. On the host also after every {@value #HOST_FUSIONS}th fusion, because freed memory remains in the arena of the
     * thread that allocated it (a fusion thread or a compiler thread) and the C library does not return it by itself.
     */
    PRESSURE,
    /** Never after a fusion. The cache is still emptied when memory runs out. */
    NEVER;

    /**
     * Returning all free pages of the C heap costs the next fusion at most about 20 ms of page faults. After compiling its largest
     * method, a compiler thread keeps 20 MB in its arena until then.
     */
    static final int HOST_FUSIONS = 16;

    /**
     * Empties the cache if necessary.
     *
     * @param memory the device's memory; no network may be running on the device
     * @param reserveBytes the memory that should be free
     * @param fusions the number of fusions so far, including the last one
     * @return whether the cache was emptied
     */
    public boolean clean(DeviceMemory memory, long reserveBytes, long fusions) {
        boolean due = isDue(memory, reserveBytes, fusions);
        if (due) {
            memory.emptyCache();
        }
        return due;
    }

    private boolean isDue(DeviceMemory memory, long reserveBytes, long fusions) {
        return switch (this) {
            case ALWAYS -> true;
            case PRESSURE -> isUnderPressure(memory, reserveBytes) || isDueOnHost(memory, fusions);
            case NEVER -> false;
        };
    }

    private static boolean isUnderPressure(DeviceMemory memory, long reserveBytes) {
        long free = memory.free();
        if (free < reserveBytes) {
            return true;
        }
        boolean largeCache = memory.reserved() - memory.allocated() > free;
        return largeCache && memory.device().isCuda() && memory.processes().size() > 1;
    }

    private static boolean isDueOnHost(DeviceMemory memory, long fusions) {
        return !memory.device().isCuda() && fusions % HOST_FUSIONS == 0;
    }

    /** The name in settings: {@code pressure}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
