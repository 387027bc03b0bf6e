package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.DeviceMemory;

/**
 * Checks after fusions that the memory allocated on a device is exactly what it was before. More is a leak; less means that something
 * was freed twice. Both are bugs and are logged as errors. Not thread-safe; the figures are meaningful only while nothing runs.
 */
final class LeakDetector {
    private static final System.Logger LOG = System.getLogger(LeakDetector.class.getName());

    private final DeviceMemory memory;
    private long baselineBytes;
    private long workspaceBytes;
    private boolean baselineKnown = true;
    private long count;
    private long bytes;

    /** Uses the memory that is allocated now as the baseline. */
    LeakDetector(DeviceMemory memory) {
        this.memory = memory;
        this.baselineBytes = memory.allocated();
    }

    /**
     * The bytes that are allocated in addition to the baseline; negative if fewer are.
     *
     * @param residentBytes the size of the resident weights, which are not a leak
     */
    long leakedNow(long residentBytes) {
        long leaked = memory.allocated() - baselineBytes - residentBytes;
        return leaked == workspaceBytes ? 0 : leaked;
    }

    /** Makes the next check measure a new baseline instead. */
    void resetBaseline() {
        baselineKnown = false;
    }

    /**
     * Counts and logs a leak, once. The workspaces of libtorch's libraries also count as allocated. Emptying the cache frees them, which
     * distinguishes them from a leak; their size is remembered so that later checks accept it.
     */
    void check(long residentBytes, String stage) {
        if (!baselineKnown) {
            baselineKnown = true;
            baselineBytes = memory.allocated() - residentBytes;
        }
        long before = leakedNow(residentBytes);
        if (before == 0) {
            return;
        }
        workspaceBytes = 0;
        memory.emptyCache();
        long after = leakedNow(residentBytes);
        if (after == 0) {
            workspaceBytes = before;
            return;
        }
        count++;
        bytes += after;
        baselineBytes += after;
        LOG.log(
                System.Logger.Level.ERROR,
                "After {0}, {1} holds {2} bytes that it did not hold before. This is a bug in facefuse: please report it, with"
                        + " the log of a run with -Dfacefuse.debug.ownership=true",
                stage,
                memory.device(),
                Long.toString(after));
    }

    /** The number of leaks. */
    long count() {
        return count;
    }

    /** The total size of all leaks. */
    long bytes() {
        return bytes;
    }
}
