package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.DeviceMemory;
import java.util.Locale;

/** When what a device's allocator keeps for the next time is given back after a fusion. */
public enum Cleaning {
    /** After every fusion. The next one asks the driver again, which takes time. */
    ALWAYS,
    /**
     * When less than the reserve is free, or when another process has memory of the device and this one's cache is larger
     * than what is free for both. On the host after every {@value #HOST_FUSIONS}th fusion too: what is freed stays in the arena
     * of the thread that allocated it, a fusion's or a compiler's, and nobody gives it back.
     */
    PRESSURE,
    /** Never of its own accord; memory that runs out empties the cache all the same. */
    NEVER;

    /**
     * Giving all of the C heap's free pages back costs the next fusion some 20 ms of page faults at most. A compiler's largest
     * method leaves 20 MB in its arena, for so many fusions.
     */
    static final int HOST_FUSIONS = 16;

    /**
     * Empties a cache if that is due.
     *
     * @param memory nothing of which is in use by a running network
     * @param reserveBytes that should be free
     * @param fusions that have been, this one included
     * @return whether it was
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
            case PRESSURE -> isPressed(memory, reserveBytes) || isHostsTurn(memory, fusions);
            case NEVER -> false;
        };
    }

    private static boolean isPressed(DeviceMemory memory, long reserveBytes) {
        long free = memory.free();
        if (free < reserveBytes) {
            return true;
        }
        boolean hoards = memory.reserved() - memory.allocated() > free;
        return hoards && memory.device().isCuda() && memory.processes().size() > 1;
    }

    private static boolean isHostsTurn(DeviceMemory memory, long fusions) {
        return !memory.device().isCuda() && fusions % HOST_FUSIONS == 0;
    }

    /** As settings spell it: {@code pressure}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
