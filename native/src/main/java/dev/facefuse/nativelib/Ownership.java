package dev.facefuse.nativelib;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Storage;

/**
 * The ledger of native memory that {@link TensorScope}s and {@link ScriptModel}s own, by device. It knows owners, not
 * allocators: what libtorch takes for itself while a model runs is not in it.
 *
 * <p>Entries are made and struck off in any thread without a lock worth the name. Figures taken while others work may be of
 * different instants; at rest they are exact.
 */
@SuppressWarnings("try") // pointer scopes work by being open
public final class Ownership {

    private static final Map<Device, Ledger> LEDGERS = new ConcurrentHashMap<>();

    private Ownership() {}

    /** What is owned on a device now. */
    public static Live live(Device device) {
        Ledger ledger = LEDGERS.get(device);
        return ledger == null ? Live.NOTHING : ledger.live();
    }

    /** Enters a tensor, which must stay alive until its entry is struck off. */
    static Entry enter(org.bytedeco.pytorch.Tensor tensor) {
        try (PointerScope pointers = new PointerScope()) {
            Ledger ledger = ledger(TorchTypes.fromTorch(tensor.device()));
            if (!tensor.has_storage()) {
                return ledger.enterTensor(0, 0);
            }
            Storage storage = tensor.storage();
            return ledger.enterTensor(storage.unsafeGetStorageImpl().address(), storage.nbytes());
        }
    }

    /** Enters a model's weights. */
    static Entry enterModel(Device device, long weightBytes) {
        return ledger(device).enterModel(weightBytes);
    }

    private static Ledger ledger(Device device) {
        return LEDGERS.computeIfAbsent(device, any -> new Ledger());
    }

    /**
     * What is owned on a device.
     *
     * @param tensors handles in open scopes; views and aliases are handles of their own
     * @param tensorBytes of the storage behind those handles, each storage once however many share it; a tensor that is one of
     *     a model's weights counts here and there
     * @param models open models
     * @param modelBytes of their weights
     */
    public record Live(long tensors, long tensorBytes, long models, long modelBytes) {

        static final Live NOTHING = new Live(0, 0, 0, 0);

        public long bytes() {
            return tensorBytes + modelBytes;
        }
    }

    /** A line in the ledger, struck off once: before the memory is released, or another's storage may be at its address. */
    interface Entry {
        void strike();
    }

    /** The entries of one owner, who uses it from one thread; the last {@link #strike} may come from the collector's. */
    static final class Entries implements Entry {

        private final Set<Entry> entries = new HashSet<>();

        void add(Entry entry) {
            entries.add(entry);
        }

        /** Leaves an entry to another owner. */
        void remove(Entry entry) {
            entries.remove(entry);
        }

        @Override
        public void strike() {
            entries.forEach(Entry::strike);
            entries.clear();
        }
    }

    /** One device's. */
    private static final class Ledger {

        private final LongAdder tensors = new LongAdder();
        private final LongAdder tensorBytes = new LongAdder();
        private final LongAdder models = new LongAdder();
        private final LongAdder modelBytes = new LongAdder();
        private final Map<Long, Shared> storages = new ConcurrentHashMap<>();

        /** A storage and how many handles share it. */
        private record Shared(long bytes, int handles) {}

        Live live() {
            return new Live(tensors.sum(), tensorBytes.sum(), models.sum(), modelBytes.sum());
        }

        Entry enterTensor(long storage, long bytes) {
            tensors.increment();
            storages.compute(storage, (address, shared) -> {
                if (shared == null) {
                    tensorBytes.add(bytes);
                    return new Shared(bytes, 1);
                }
                return new Shared(shared.bytes, shared.handles + 1);
            });
            return () -> strikeTensor(storage);
        }

        private void strikeTensor(long storage) {
            tensors.decrement();
            storages.computeIfPresent(storage, (address, shared) -> {
                if (shared.handles == 1) {
                    tensorBytes.add(-shared.bytes);
                    return null;
                }
                return new Shared(shared.bytes, shared.handles - 1);
            });
        }

        Entry enterModel(long bytes) {
            models.increment();
            modelBytes.add(bytes);
            return () -> {
                models.decrement();
                modelBytes.add(-bytes);
            };
        }
    }
}
