package dev.facefuse.nativelib;

import java.util.List;

/**
 * The memory of one device, as this process sees it. All figures are bytes. Safe from several threads at once; what several
 * threads do at once shows in the figures of all of them.
 *
 * <p>On a CUDA device <em>allocated</em> is what live tensors take of libtorch's caching allocator and <em>reserved</em> what
 * that allocator holds of the card, its cache included. On the host <em>allocated</em> is what this process's
 * {@link TensorScope}s and {@link ScriptModel}s own, and <em>reserved</em> the process's resident memory.
 */
public interface DeviceMemory {

    /**
     * A device's.
     *
     * @throws NativeException if there is no such device, or libtorch's allocator cannot be asked about it
     */
    static DeviceMemory of(Device device) {
        return device.isCuda() ? new CudaMemory(device) : host(0);
    }

    /**
     * The host's, as if it had no more than this.
     *
     * @param limitBytes what {@link #total()} is at most; 0 for what there is
     */
    static DeviceMemory host(long limitBytes) {
        return new HostMemory(limitBytes);
    }

    Device device();

    /** What there is: the card's memory; on the host the memory this process may have (its cgroups' limit, else the machine's). */
    long total();

    /**
     * What could be taken now beyond {@link #reserved()}: the card's free memory, within
     * {@link AllocatorSettings#memoryFraction()}; on the host what is left below {@link #total()}, and no more than the machine
     * and this process's cgroups have left.
     */
    long free();

    /** What live tensors and models take. */
    long allocated();

    /** What this process holds of the device, caches included. */
    long reserved();

    /** What a report calls memory in use: {@link #allocated()}; on the host {@link #reserved()}. */
    default long used() {
        return device().isCuda() ? allocated() : reserved();
    }

    /** The most that {@link #used()} has been since {@link #resetPeak()}. */
    long peak();

    /** Starts {@link #peak()} again from now. */
    void resetPeak();

    /**
     * Gives back what is reserved and not allocated: the allocator's cached blocks and the libraries' workspaces; on the host
     * the C heap's free pages. Not while a model runs on the device.
     */
    void emptyCache();

    /** Waits until the device has done all that was asked of it; errors of kernels come out here. */
    void synchronize();

    /** What the allocator has been through since the process started. */
    Counters counters();

    /**
     * Processes that hold memory of this device, this one among them, the largest first; empty where nobody can say
     * ({@link Nvml#whySilent()}). On the host those whose status this one may read.
     */
    List<ProcessUse> processes();

    /**
     * What an allocator has been through.
     *
     * @param retries allocations that succeeded only after its cache was emptied
     * @param outOfMemory allocations that failed
     * @param largestFreeBlock the largest block that is reserved and free, in bytes; −1 where unknown
     * @param fragmented reserved bytes in free parts of split blocks; −1 where unknown
     */
    record Counters(long retries, long outOfMemory, long largestFreeBlock, long fragmented) {}

    /**
     * A process on a device.
     *
     * @param name of its executable; {@code ?} where it may not be read
     * @param bytes of the device; −1 where the driver does not say
     */
    record ProcessUse(long pid, String name, long bytes) {}
}
