package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.AllocatorSettings;

/**
 * Settings for the use of memory.
 *
 * @param fastest the fastest plan that is allowed on a device
 * @param reserveBytes device memory that plans leave free for the libraries' workspaces and for other processes
 * @param cleaning when caches are emptied
 * @param allocator the settings of the CUDA allocator, the same for all engines of a process
 * @param hostLimitBytes the maximum resident memory of this process on the host; 0 for the limit of the machine or its cgroup
 */
public record MemorySettings(
        Plan fastest, long reserveBytes, CacheTrimPolicy cleaning, AllocatorSettings allocator, long hostLimitBytes) {
    private static final long MEBIBYTE = 1 << 20;

    /** All plans, a reserve of 128 MiB, caches emptied under pressure, and the allocator's defaults. */
    public static final MemorySettings DEFAULT =
            new MemorySettings(Plan.RESIDENT, 128 * MEBIBYTE, CacheTrimPolicy.PRESSURE, AllocatorSettings.DEFAULT, 0);

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

    public MemorySettings withFastest(Plan plan) {
        return new MemorySettings(plan, reserveBytes, cleaning, allocator, hostLimitBytes);
    }

    public MemorySettings with(long reserve, CacheTrimPolicy policy) {
        return new MemorySettings(fastest, reserve, policy, allocator, hostLimitBytes);
    }

    public MemorySettings withHostLimit(long bytes) {
        return new MemorySettings(fastest, reserveBytes, cleaning, allocator, bytes);
    }
}
