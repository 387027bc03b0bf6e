package dev.facefuse.nativelib;

import java.util.List;

/** A card's memory, in the figures of libtorch's caching allocator and of the driver. */
final class CudaMemory implements DeviceMemory {

    private final Device device;

    /** @throws NativeException if there is no such device or libtorch's allocator cannot be asked */
    CudaMemory(Device device) {
        Libtorch.require(device);
        String shut = CudaAllocator.whyShut();
        if (!shut.isEmpty()) {
            throw new NativeException(NativeException.Kind.OTHER, shut, null);
        }
        this.device = device;
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public long total() {
        return CudaAllocator.card(device.index()).total();
    }

    @Override
    public long free() {
        CudaAllocator.Card card = CudaAllocator.card(device.index());
        long allowed = (long) (CudaAllocator.fraction(device.index()) * card.total());
        return Math.max(0, Math.min(card.free(), allowed - reserved()));
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

    /** Not while a model runs on any device: it may hold one of the workspaces. */
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
