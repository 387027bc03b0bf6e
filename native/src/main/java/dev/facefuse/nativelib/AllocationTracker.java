package dev.facefuse.nativelib;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Storage;

/**
 * Counts the native memory that {@link TensorScope}s and {@link ScriptModel}s own on each device. Memory that libtorch allocates
 * for itself while a model runs is not counted.
 *
 * <p>Safe from several threads at once, almost without locking. While other threads allocate, the figures of one {@link Live} may
 * be from slightly different moments; otherwise they are exact.
 */
@SuppressWarnings("try") // pointer scopes act while they are open
public final class AllocationTracker {

    private static final Map<Device, DeviceCounters> COUNTERS = new ConcurrentHashMap<>();

    private AllocationTracker() {}

    /** The memory owned on a device now. */
    public static Live live(Device device) {
        DeviceCounters counters = COUNTERS.get(device);
        return counters == null ? Live.NOTHING : counters.live();
    }

    /** Counts a tensor. It must stay alive until the returned allocation is released. */
    static Allocation addTensor(org.bytedeco.pytorch.Tensor tensor) {
        try (PointerScope pointers = new PointerScope()) {
            DeviceCounters counters = countersOf(TorchTypes.fromTorch(tensor.device()));
            if (!tensor.has_storage()) {
                return counters.addTensor(0, 0);
            }
            Storage storage = tensor.storage();
            return counters.addTensor(storage.unsafeGetStorageImpl().address(), storage.nbytes());
        }
    }

    /** Counts the weights of a model. */
    static Allocation addModel(Device device, long weightBytes) {
        return countersOf(device).addModel(weightBytes);
    }

    private static DeviceCounters countersOf(Device device) {
        return COUNTERS.computeIfAbsent(device, unused -> new DeviceCounters());
    }

    /**
     * The memory owned on one device.
     *
     * @param tensors the number of tensors in open scopes; a view counts as a tensor
     * @param tensorBytes the size of their storages; a storage that several tensors share counts once. A tensor that is a weight
     *     of a model counts here and in {@code modelBytes}
     * @param models the number of open models
     * @param modelBytes the size of their weights
     */
    public record Live(long tensors, long tensorBytes, long models, long modelBytes) {

        static final Live NOTHING = new Live(0, 0, 0, 0);

        public long bytes() {
            return tensorBytes + modelBytes;
        }
    }

    /**
     * One counted tensor or model. It must be released exactly once, and before its memory is: another storage could get the same
     * address.
     */
    interface Allocation {
        void release();
    }

    /** The allocations of one owner, which uses this from one thread. Only the last {@link #release} may be on the cleaner's thread. */
    static final class Allocations implements Allocation {

        private final Set<Allocation> allocations = new HashSet<>();

        void add(Allocation allocation) {
            allocations.add(allocation);
        }

        /** Removes an allocation without releasing it, because another owner takes it. */
        void remove(Allocation allocation) {
            allocations.remove(allocation);
        }

        @Override
        public void release() {
            allocations.forEach(Allocation::release);
            allocations.clear();
        }
    }

    private static final class DeviceCounters {

        private final LongAdder tensors = new LongAdder();
        private final LongAdder tensorBytes = new LongAdder();
        private final LongAdder models = new LongAdder();
        private final LongAdder modelBytes = new LongAdder();
        private final Map<Long, SharedStorage> storagesByAddress = new ConcurrentHashMap<>();

        /** A storage and the number of tensors that share it. */
        private record SharedStorage(long bytes, int tensors) {}

        Live live() {
            return new Live(tensors.sum(), tensorBytes.sum(), models.sum(), modelBytes.sum());
        }

        Allocation addTensor(long storage, long bytes) {
            tensors.increment();
            storagesByAddress.compute(storage, (address, shared) -> {
                if (shared == null) {
                    tensorBytes.add(bytes);
                    return new SharedStorage(bytes, 1);
                }
                return new SharedStorage(shared.bytes, shared.tensors + 1);
            });
            return () -> removeTensor(storage);
        }

        private void removeTensor(long storage) {
            tensors.decrement();
            storagesByAddress.computeIfPresent(storage, (address, shared) -> {
                if (shared.tensors == 1) {
                    tensorBytes.add(-shared.bytes);
                    return null;
                }
                return new SharedStorage(shared.bytes, shared.tensors - 1);
            });
        }

        Allocation addModel(long bytes) {
            models.increment();
            modelBytes.add(bytes);
            return () -> {
                models.decrement();
                modelBytes.add(-bytes);
            };
        }
    }
}
