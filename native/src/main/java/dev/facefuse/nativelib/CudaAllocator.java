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
 * The one door to libtorch's CUDA allocator: no other class of this package names {@code torch_cuda} or a class of its
 * package, and nobody comes here unless {@link Libtorch} found a CUDA device. Behind it every method is a
 * {@link NativeException} where libtorch refuses.
 *
 * <p>Its natives need those of CUDA's own preset ({@code org.bytedeco:cuda}), and through them libcusolverMg and libnvJitLink,
 * which libtorch itself does not load.
 */
@SuppressWarnings("try") // pointer scopes work by being open
final class CudaAllocator {

    /** libtorch keeps the fraction as whole bytes of the card. */
    private static final double FRACTION_TOLERANCE = 1e-6;

    private CudaAllocator() {}

    /** Why the allocator cannot be asked, in a sentence; empty where it can. */
    static String whyShut() {
        return Door.WHY_SHUT;
    }

    /** Opened when somebody first asks: a class that failed to initialise would say why only once. */
    private static final class Door {

        static final String WHY_SHUT = open();

        private static String open() {
            try (PointerScope pointers = new PointerScope()) {
                // The allocator knows its devices from here on. There is no CUDA context yet.
                torch.globalContext().lazyInitDevice(DeviceType.CUDA);
                torch_cuda.getAllocator();
                return "";
            } catch (RuntimeException | LinkageError e) {
                return "libtorch's CUDA allocator cannot be asked: "
                        + NativeException.reasonIn(String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Holds the running allocator against the settings it was to take from the environment.
     *
     * @throws NativeException that names the setting that did not take
     */
    static void confirm(AllocatorSettings settings, int devices) {
        for (int device = 0; device < devices && settings.maxSplitSizeMb() > 0; device++) {
            long bytes = (long) settings.maxSplitSizeMb() << 20;
            check("max_split_size_mb, in bytes", bytes, stats(device, DeviceStats::max_split_size));
        }
        tell(() -> {
            AllocatorConfigInfo taken = torch_cuda.getAllocator().snapshot().config_metadata();
            check("expandable_segments", settings.expandableSegments(), taken.expandable_segments());
            check(
                    "garbage_collection_threshold",
                    settings.garbageCollectionThreshold(),
                    taken.garbage_collection_threshold());
        });
    }

    /** Bounds what this process reserves of each card, and reads it back. libtorch 2.10 needs no CUDA context for it. */
    static void limit(double fraction, int devices) {
        tell(() -> {
            CUDAAllocator allocator = torch_cuda.getAllocator();
            for (int device = 0; device < devices; device++) {
                allocator.setMemoryFraction(fraction, (byte) device);
                double taken = allocator.getMemoryFraction((byte) device);
                check("memory fraction", fraction, Math.abs(taken - fraction) < FRACTION_TOLERANCE ? fraction : taken);
            }
        });
    }

    private static void check(String setting, Object asked, Object taken) {
        if (!asked.equals(taken)) {
            throw new NativeException(
                    NativeException.Kind.OTHER,
                    "The allocator setting " + setting + " did not take: asked for " + asked + ", libtorch has "
                            + taken,
                    null);
        }
    }

    /** The card's memory: free and in all. Makes a CUDA context on it, if there is none. */
    static Card card(int device) {
        return ask(() -> {
            SizeTPair freeAndTotal = torch.getMemoryInfo((byte) device);
            return new Card(freeAndTotal.first(), freeAndTotal.second());
        });
    }

    record Card(long free, long total) {}

    /** The part of a card that this process may reserve. */
    static double fraction(int device) {
        return ask(() -> torch_cuda.getAllocator().getMemoryFraction((byte) device));
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

    /**
     * Not out of a snapshot, whose segments JavaCPP copies and does not free whole. The allocator looks for a larger block than
     * it is told; told 0 it would answer with what the card has free.
     */
    private static long largestFreeBlock(int device) {
        return ask(() -> {
            SizeTPointer largest = new SizeTPointer(1).put(1);
            torch_cuda.getAllocator().cacheInfo((byte) device, largest);
            return largest.get() == 1 ? 0 : largest.get();
        });
    }

    static void resetPeak(int device) {
        tell(() -> torch.resetPeakStats((byte) device));
    }

    /** cuBLAS's workspaces go back to the allocator, and its cached blocks, those of every device, to the driver. */
    static void emptyCache() {
        tell(() -> {
            torch_cuda.clearCublasWorkspaces();
            torch.emptyCache();
        });
    }

    static void synchronize(int device) {
        tell(() -> torch.cuda_synchronize(device));
    }

    private static <T> T stats(int device, Function<DeviceStats, T> figure) {
        return ask(() -> figure.apply(torch.getDeviceStats((byte) device)));
    }

    private static void tell(Runnable order) {
        ask(() -> {
            order.run();
            return true;
        });
    }

    private static <T> T ask(Supplier<T> question) {
        try (PointerScope pointers = new PointerScope()) {
            return question.get();
        } catch (NativeException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NativeException.from(e);
        }
    }
}
