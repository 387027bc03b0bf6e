package dev.facefuse.nativelib;

import java.util.List;

/**
 * The memory of one device, as this process sees it. All figures are in bytes and cover the whole process. Safe from several threads
 * at once.
 *
 * <p>On a CUDA device, <em>allocated</em> is the memory of live tensors, and <em>reserved</em> is the memory that libtorch's caching
 * allocator holds, including its cache. On the host, <em>allocated</em> is the memory that this process's {@link TensorScope}s and
 * {@link ScriptModel}s own, and <em>reserved</em> is the resident memory of the process.
 */
public interface DeviceMemory {

    /**
     * The memory of a device.
     *
     * @throws NativeException if there is no such device, or libtorch's allocator is unavailable
     */
    static DeviceMemory of(Device device) {
        return device.isCuda() ? new CudaMemory(device) : host(0);
    }

    /**
     * The memory of the host, with a limit.
     *
     * @param limitBytes an upper bound of {@link #total()}; 0 for no limit
     */
    static DeviceMemory host(long limitBytes) {
        return new HostMemory(limitBytes);
    }

    Device device();

    /** All memory of the device. On the host, the memory this process may use: the limit of its cgroups, or the machine's memory. */
    long total();

    /**
     * The memory that this process could still reserve in addition to {@link #reserved()}. On a CUDA device this respects
     * {@link AllocatorSettings#memoryFraction()}; on the host it respects {@link #total()} and the free memory of the machine and of
     * this process's cgroups.
     */
    long free();

    /** The memory of live tensors and models. */
    long allocated();

    /** The memory of the device that this process holds, including caches. */
    long reserved();

    /** The memory in use for reports: {@link #allocated()} on a CUDA device, {@link #reserved()} on the host. */
    default long used() {
        return device().isCuda() ? allocated() : reserved();
    }

    /** The maximum of {@link #used()} since the last {@link #resetPeak()}. */
    long peak();

    /** Resets {@link #peak()} to the current use. */
    void resetPeak();

    /**
     * Frees memory that is reserved but not allocated: the allocator's cached blocks and the libraries' workspaces; on the host
     * the free pages of the C heap. Must not be called while a model runs on the device.
     */
    void emptyCache();

    /** Waits until the device has finished all work. Throws the errors of asynchronous kernels. */
    void synchronize();

    /** The allocator's statistics since the process started. */
    Counters counters();

    /**
     * The processes that hold memory of this device, including this one, the largest first; empty if unknown
     * ({@link Nvml#whySilent()}). On the host, only processes whose status this process may read.
     */
    List<ProcessUse> processes();

    /**
     * Statistics of an allocator.
     *
     * @param retries the number of allocations that succeeded only after the cache was emptied
     * @param outOfMemory the number of allocations that failed
     * @param largestFreeBlock the size of the largest reserved free block in bytes; −1 if unknown
     * @param fragmented the reserved bytes in free parts of split blocks; −1 if unknown
     */
    record Counters(long retries, long outOfMemory, long largestFreeBlock, long fragmented) {}

    /**
     * The memory that a process holds.
     *
     * @param name the name of its executable; {@code ?} if it cannot be read
     * @param bytes the size of its memory on the device; −1 if the driver does not report it
     */
    record ProcessUse(long pid, String name, long bytes) {}
}
