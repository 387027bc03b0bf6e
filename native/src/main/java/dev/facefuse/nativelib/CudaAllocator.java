package dev.facefuse.nativelib;

import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.cuda.AllocatorConfigInfo;
import org.bytedeco.pytorch.cuda.CUDAAllocator;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch_cuda;

/**
 * Access to libtorch's CUDA caching allocator. Only this class uses {@code torch_cuda} and its package, and it must not be used
 * unless {@link Libtorch} found a CUDA device. Every method throws a {@link NativeException} if libtorch reports an error.
 *
 * <p>The natives of {@code torch_cuda} need those of the preset {@code org.bytedeco:cuda}, which need libcusolverMg and libnvJitLink.
 * libtorch itself loads neither.
 */
@SuppressWarnings("try") // pointer scopes act while they are open
final class CudaAllocator {

    /** libtorch rounds the fraction to whole bytes of the device's memory. */
    private static final double FRACTION_TOLERANCE = 1e-6;

    private CudaAllocator() {}

    /** The reason why the allocator is unavailable, as a sentence; empty if it is available. */
    static String unavailableReason() {
        return Availability.REASON;
    }

    /** Initialised on first use. The reason is kept because a class whose initialisation fails reports the cause only once. */
    private static final class Availability {

        static final String REASON = check();

        private static String check() {
            try (PointerScope pointers = new PointerScope()) {
                // From here on the allocator knows its devices. There is no CUDA context yet.
                torch.globalContext().lazyInitDevice(DeviceType.CUDA);
                torch_cuda.getAllocator();
                return "";
            } catch (RuntimeException | LinkageError e) {
                return "libtorch's CUDA allocator is unavailable: "
                        + NativeException.reasonIn(String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Checks that the running allocator has the settings that it should have read from the environment.
     *
     * @throws NativeException if not; the message names the setting
     */
    static void confirm(AllocatorSettings settings, int devices) {
        for (int device = 0; device < devices && settings.maxSplitSizeMb() > 0; device++) {
            long bytes = (long) settings.maxSplitSizeMb() << 20;
            check("max_split_size_mb, in bytes", bytes, stats(device, DeviceStats::max_split_size));
        }
        execute(() -> {
            AllocatorConfigInfo actual = torch_cuda.getAllocator().snapshot().config_metadata();
            check("expandable_segments", settings.expandableSegments(), actual.expandable_segments());
            check(
                    "garbage_collection_threshold",
                    settings.garbageCollectionThreshold(),
                    actual.garbage_collection_threshold());
        });
    }

    /** Limits the part of each device's memory that this process may reserve. libtorch 2.10 needs no CUDA context for this. */
    static void setMemoryFraction(double fraction, int devices) {
        execute(() -> {
            CUDAAllocator allocator = torch_cuda.getAllocator();
            for (int device = 0; device < devices; device++) {
                allocator.setMemoryFraction(fraction, (byte) device);
                double actual = allocator.getMemoryFraction((byte) device);
                check(
                        "memory fraction",
                        fraction,
                        Math.abs(actual - fraction) < FRACTION_TOLERANCE ? fraction : actual);
            }
        });
    }

    private static void check(String setting, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new NativeException(
                    NativeException.Kind.OTHER,
                    "libtorch ignored the allocator setting " + setting + ": it should be " + expected + " and is "
                            + actual,
                    null);
        }
    }

    /** The memory of the device according to the driver. Creates a CUDA context if there is none. */
    static PhysicalMemory physicalMemory(int device) {
        return query(() -> {
            SizeTPair freeAndTotal = torch.getMemoryInfo((byte) device);
            return new PhysicalMemory(freeAndTotal.first(), freeAndTotal.second());
        });
    }

    record PhysicalMemory(long free, long total) {}

    /** The part of a device's memory that this process may reserve. */
    static double memoryFraction(int device) {
        return query(() -> torch_cuda.getAllocator().getMemoryFraction((byte) device));
    }

    static long allocated(int device) {
        return stats(
                device,
                stats -> stats.allocated_bytes().current()); // the array's first element: the sum over all pools
    }

    static long reserved(int device) {
        return stats(device, stats -> stats.reserved_bytes().current());
    }

    static long peak(int device) {
        return stats(device, stats -> stats.allocated_bytes().peak());
    }

    static DeviceMemory.Counters counters(int device) {
        long largest = largestFreeBlock(device);
        return stats(
                device,
                stats -> new DeviceMemory.Counters(
                        stats.num_alloc_retries(),
                        stats.num_ooms(),
                        largest,
                        stats.inactive_split_bytes().current()));
    }

    /**
     * Does not use a snapshot, because JavaCPP copies its segments and frees them only in part. {@code cacheInfo} searches for a block
     * that is larger than the given size; for a size of 0 it would return the free memory of the device.
     */
    private static long largestFreeBlock(int device) {
        return query(() -> {
            SizeTPointer largest = new SizeTPointer(1).put(1);
            torch_cuda.getAllocator().cacheInfo((byte) device, largest);
            return largest.get() == 1 ? 0 : largest.get();
        });
    }

    static void resetPeak(int device) {
        execute(() -> torch.resetPeakStats((byte) device));
    }

    /** Returns the workspaces of cuBLAS to the allocator, and the allocator's cached blocks on every device to the driver. */
    static void emptyCache() {
        execute(() -> {
            torch_cuda.clearCublasWorkspaces();
            torch.emptyCache();
        });
    }

    static void synchronize(int device) {
        execute(() -> torch.cuda_synchronize(device));
    }

    private static <T> T stats(int device, Function<DeviceStats, T> value) {
        return query(() -> value.apply(torch.getDeviceStats((byte) device)));
    }

    private static void execute(Runnable call) {
        query(() -> {
            call.run();
            return true;
        });
    }

    private static <T> T query(Supplier<T> call) {
        try (PointerScope pointers = new PointerScope()) {
            return call.get();
        } catch (NativeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }
}
