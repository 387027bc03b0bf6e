package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.DeviceMemory;

/**
 * Whether a device holds exactly what it did before anything ran. What it holds more is a leak, and what it holds less was
 * freed twice: both are defects, and are logged as such. Not thread-safe; means something only while nothing runs.
 */
final class Drift {
    private static final System.Logger LOG = System.getLogger(Drift.class.getName());

    private final DeviceMemory memory;
    private long idleBytes;
    private long workspaceBytes;
    private boolean known = true;
    private long count;
    private long bytes;

    /** Takes what is allocated now as what belongs there. */
    Drift(DeviceMemory memory) {
        this.memory = memory;
        this.idleBytes = memory.allocated();
    }

    /**
     * What is allocated beyond what belongs there.
     *
     * @param heldBytes what weights that are there to stay take
     */
    long now(long heldBytes) {
        long drift = memory.allocated() - idleBytes - heldBytes;
        return drift == workspaceBytes ? 0 : drift;
    }

    /** Takes what is allocated at the next check as what belongs there. */
    void forget() {
        known = false;
    }

    /**
     * Counts and logs a drift, once. libtorch's libraries keep workspaces that count as allocated and go with the cache: they
     * are told from a leak by emptying it, and known from then on.
     */
    void check(long heldBytes, String stage) {
        if (!known) {
            known = true;
            idleBytes = memory.allocated() - heldBytes;
        }
        long before = now(heldBytes);
        if (before == 0) {
            return;
        }
        workspaceBytes = 0;
        memory.emptyCache();
        long after = now(heldBytes);
        if (after == 0) {
            workspaceBytes = before;
            return;
        }
        count++;
        bytes += after;
        idleBytes += after;
        LOG.log(
                System.Logger.Level.ERROR,
                "After {0}, {1} holds {2} bytes that it did not hold before: a defect of facefuse. Please report it, with"
                        + " what is logged under -Dfacefuse.debug.ownership=true",
                stage,
                memory.device(),
                Long.toString(after));
    }

    /** How often. */
    long count() {
        return count;
    }

    /** How much in all. */
    long bytes() {
        return bytes;
    }
}
