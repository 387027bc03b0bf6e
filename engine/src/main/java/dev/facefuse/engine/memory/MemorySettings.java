package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/**
 * How much memory may be used, and how.
 *
 * @param fastest the fastest plan that may be taken on a device
 * @param reserveBytes of the device that plans leave alone: for the libraries' workspaces, and for other processes
 * @param cleaning when caches are given back
 */
public record MemorySettings(Plan fastest, long reserveBytes, Cleaning cleaning) {
    private static final long MEBIBYTE = 1 << 20;

    /** All plans, 128 MiB in reserve, caches given back under pressure. */
    public static final MemorySettings DEFAULT = new MemorySettings(Plan.RESIDENT, 128 * MEBIBYTE, Cleaning.PRESSURE);

    public MemorySettings {
        if (reserveBytes < 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "memory.reserve is " + reserveBytes + " bytes; it cannot be negative.");
        }
    }
}
