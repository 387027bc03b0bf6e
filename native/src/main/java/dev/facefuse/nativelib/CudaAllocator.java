package dev.facefuse.nativelib;

import java.util.function.Function;
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
 * The one door to libtorch's CUDA allocator: no other class of this package names {@code torch_cuda} or a class of its
 * package, and nobody comes here unless {@link Libtorch} found a CUDA device. Its natives need those of CUDA's own preset
 * ({@code org.bytedeco:cuda}) and through them libcusolverMg, which libtorch itself does not.
 */
@SuppressWarnings("try") // pointer scopes work by being open
final class CudaAllocator {

    /** libtorch keeps the fraction as whole bytes of the card. */
    private static final double FRACTION_TOLERANCE = 1e-6;

    private CudaAllocator() {}

    /** Why the allocator cannot be asked, in a sentence; empty where it can. Opens the door. */
    static String whyShut() {
        try (PointerScope pointers = new PointerScope()) {
            torch.globalContext()
                    .lazyInitDevice(
                            DeviceType.CUDA); // The allocator knows its devices from here on; no CUDA context yet.
            torch_cuda.getAllocator();
            return "";
        } catch (RuntimeException | LinkageError e) {
            return "libtorch's CUDA allocator cannot be asked: " + e.getMessage();
        }
    }

    /**
     * Holds the running allocator against the settings it was to take from the environment.
     *
     * @throws NativeException that names the setting that did not take
     */
    static void confirm(AllocatorSettings settings, int devices) {
        for (int device = 0; device < devices; device++) {
            if (settings.maxSplitSizeMb() > 0) {
                long expected = (long) settings.maxSplitSizeMb() << 20;
                check("max_split_size_mb", expected, stats(device, DeviceStats::max_split_size));
            }
        }
        try (PointerScope pointers = new PointerScope()) {
            AllocatorConfigInfo config = torch_cuda.getAllocator().snapshot().config_metadata();
            check("expandable_segments", settings.expandableSegments(), config.expandable_segments());
            check(
                    "garbage_collection_threshold",
                    settings.garbageCollectionThreshold(),
                    config.garbage_collection_threshold());
        } catch (NativeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from("libtorch's allocator settings could not be read back", e);
        }
    }

    /** Bounds what this process reserves of each card; reads it back. */
    static void limit(double fraction, int devices) {
        try (PointerScope pointers = new PointerScope()) {
            CUDAAllocator allocator = torch_cuda.getAllocator();
            for (int device = 0; device < devices; device++) {
                allocator.setMemoryFraction(fraction, (byte) device);
                double taken = allocator.getMemoryFraction((byte) device);
                check("memory fraction", true, Math.abs(taken - fraction) < FRACTION_TOLERANCE);
            }
        } catch (NativeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from("The memory fraction could not be set", e);
        }
    }

    private static void check(String setting, Object asked, Object taken) {
        if (!asked.equals(taken)) {
            throw new NativeException(
                    NativeException.Kind.OTHER,
                    "The allocator setting " + setting + " did not take: " + asked + " was asked for, libtorch has "
                            + taken,
                    null);
        }
    }

    /** One figure of a device's statistics. */
    static <T> T stats(int device, Function<DeviceStats, T> figure) {
        try (PointerScope pointers = new PointerScope()) {
            return figure.apply(torch.getDeviceStats((byte) device));
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    static long allocated(int device) {
        return stats(device, stats -> stats.allocated_bytes().current()); // the first of the array: of all pools
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

    /** The allocator takes the largest so far from here, and 0 for the question how much the card has free: hence 1. */
    private static long largestFreeBlock(int device) {
        try (PointerScope pointers = new PointerScope();
                SizeTPointer largest = new SizeTPointer(1).put(1)) {
            torch_cuda.getAllocator().cacheInfo((byte) device, largest);
            return largest.get() == 1 ? 0 : largest.get();
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    /** The card's memory: free and in all. */
    static Card card(int device) {
        try (PointerScope pointers = new PointerScope()) {
            SizeTPair freeAndTotal = torch.getMemoryInfo((byte) device);
            return new Card(freeAndTotal.first(), freeAndTotal.second());
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    record Card(long free, long total) {}

    /** The part of a card that this process may reserve. */
    static double fraction(int device) {
        try (PointerScope pointers = new PointerScope()) {
            return torch_cuda.getAllocator().getMemoryFraction((byte) device);
        }
    }

    static void resetPeak(int device) {
        try {
            torch.resetPeakStats((byte) device);
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    /** cuBLAS's workspaces go back to the allocator, and its cached blocks, those of every device, to the driver. */
    static void emptyCache() {
        try {
            torch_cuda.clearCublasWorkspaces();
            torch.emptyCache();
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }

    static void synchronize(int device) {
        try {
            torch.cuda_synchronize(device);
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }
}
