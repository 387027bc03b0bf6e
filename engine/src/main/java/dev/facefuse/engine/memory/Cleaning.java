package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.DeviceMemory;
import java.util.Locale;

/** When what a device's allocator keeps for the next time is given back after a fusion. */
public enum Cleaning {
    /** After every fusion. The next one asks the driver again, which takes time. */
    ALWAYS,
    /**
     * When less than the reserve is free, or when another process has memory of the device and this one's cache is larger
     * than what is free for both.
     */
    PRESSURE,
    /** Never of its own accord; memory that runs out empties the cache all the same. */
    NEVER;

    /**
     * Empties a cache if that is due.
     *
     * @param memory nothing of which is in use by a running network
     * @param reserveBytes that should be free
     * @return whether it was
     */
    public boolean clean(DeviceMemory memory, long reserveBytes) {
        boolean due = isDue(memory, reserveBytes);
        if (due) {
            memory.emptyCache();
        }
        return due;
    }

    private boolean isDue(DeviceMemory memory, long reserveBytes) {
        return switch (this) {
            case ALWAYS -> true;
            case PRESSURE -> isPressed(memory, reserveBytes);
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

    /** As settings spell it: {@code pressure}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
