package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.AllocatorSettings;

/**
 * How much memory may be used, and how.
 *
 * @param fastest the fastest plan that may be taken on a device
 * @param reserveBytes of the device that plans leave alone: for the libraries' workspaces, and for other processes
 * @param cleaning when caches are given back
 * @param allocator how libtorch treats CUDA memory, the same for all engines of a process
 * @param hostLimitBytes the most that this process may have resident on the host; 0 for what the machine or its cgroup has
 */
public record MemorySettings(
        Plan fastest, long reserveBytes, Cleaning cleaning, AllocatorSettings allocator, long hostLimitBytes) {
    private static final long MEBIBYTE = 1 << 20;

    /** All plans, 128 MiB in reserve, caches given back under pressure, blocks from 128 MiB on never split. */
    public static final MemorySettings DEFAULT =
            new MemorySettings(Plan.RESIDENT, 128 * MEBIBYTE, Cleaning.PRESSURE, AllocatorSettings.DEFAULT, 0);

    public MemorySettings {
        if (reserveBytes < 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "memory.reserve is " + reserveBytes + " bytes; it cannot be negative.");
        }
        if (hostLimitBytes < 0) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "memory.host-limit is " + hostLimitBytes + " bytes; it cannot be negative.");
        }
    }

    /** The same, with another fastest plan. */
    public MemorySettings withFastest(Plan plan) {
        return new MemorySettings(plan, reserveBytes, cleaning, allocator, hostLimitBytes);
    }

    /** The same, with another reserve and another rule about caches. */
    public MemorySettings with(long reserve, Cleaning rule) {
        return new MemorySettings(fastest, reserve, rule, allocator, hostLimitBytes);
    }

    /** The same, with another limit on the host. */
    public MemorySettings withHostLimit(long bytes) {
        return new MemorySettings(fastest, reserveBytes, cleaning, allocator, bytes);
    }
}
