package dev.facefuse.nativelib;

import java.util.List;

/** The memory of a CUDA device, according to libtorch's caching allocator and the driver. */
final class CudaMemory implements DeviceMemory {

    private final Device device;

    /** @throws NativeException if there is no such device, or libtorch's allocator is unavailable */
    CudaMemory(Device device) {
        Libtorch.require(device);
        String unavailable = CudaAllocator.unavailableReason();
        if (!unavailable.isEmpty()) {
            throw new NativeException(NativeException.Kind.OTHER, unavailable, null);
        }
        this.device = device;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long total() {
        return CudaAllocator.physicalMemory(device.index()).total();
    }

    @Override
    public long free() {
        CudaAllocator.PhysicalMemory memory = CudaAllocator.physicalMemory(device.index());
        long allowed = (long) (CudaAllocator.memoryFraction(device.index()) * memory.total());
        return Math.max(0, Math.min(memory.free(), allowed - reserved()));
    }

    @Override
    public long allocated() {
        return CudaAllocator.allocated(device.index());
    }

    @Override
    public long reserved() {
        return CudaAllocator.reserved(device.index());
    }

    @Override
    public long peak() {
        return CudaAllocator.peak(device.index());
    }

    @Override
    public void resetPeak() {
        CudaAllocator.resetPeak(device.index());
    }

    /** Must not be called while a model runs on any device: the model may be using a workspace. */
    @Override
    public void emptyCache() {
        CudaAllocator.emptyCache();
    }

    @Override
    public void synchronize() {
        CudaAllocator.synchronize(device.index());
    }

    @Override
    public Counters counters() {
        return CudaAllocator.counters(device.index());
    }

    @Override
    public List<ProcessUse> processes() {
        return Nvml.processes(device.index());
    }
}
