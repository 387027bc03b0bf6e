package dev.facefuse.engine.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Copies weights to the device as a plan requires, and frees these copies. A {@link NetworkLease} copies the weights of one network for one
 * run; resident copies remain until {@link #dropResident()}. The host always has all weights.
 *
 * @param <M> a part of a network that is ready to run
 */
final class WeightCache<M> implements AutoCloseable {
    private final List<List<PartWeights<M>>> networks;
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<DeviceCopy<M>> resident = new ArrayList<>();
    private int residentLeases;
    private boolean dropWhenUnused;

    /** @param networks the parts of each network, in the order in which they run */
    WeightCache(List<List<PartWeights<M>>> networks) {
        this.networks = networks.stream().map(List::copyOf).toList();
    }

    /** Whether resident copies exist, even if they are only waiting for the last run that uses them. */
    boolean isResident() {
        synchronized (lock) {
            return !resident.isEmpty();
        }
    }

    /**
     * Copies all weights to the device.
     *
     * @return false if they were there already
     * @throws dev.facefuse.nativelib.NativeException out of memory; then no resident copies remain
     */
    boolean makeResident() {
        synchronized (lock) {
            dropWhenUnused = false;
            if (!resident.isEmpty()) {
                return false;
            }
            try {
                for (List<PartWeights<M>> parts : networks) {
                    for (PartWeights<M> part : parts) {
                        resident.add(new DeviceCopy<>(part, part.copyToDevice()));
                    }
                }
            } catch (RuntimeException e) {
                dropNow();
                throw e;
            }
            return true;
        }
    }

    /** Frees the resident copies at once, or when the last run that uses them ends. */
    void dropResident() {
        synchronized (lock) {
            dropWhenUnused = true;
            dropIfUnused();
        }
    }

    private void dropIfUnused() {
        if (dropWhenUnused && residentLeases == 0) {
            dropNow();
        }
    }

    private void dropNow() {
        resident.forEach(DeviceCopy::free);
        resident.clear();
        dropWhenUnused = false;
    }

    /**
     * Prepares the weights of a network for one run under a plan. {@code resident} needs {@link #makeResident()} first; without resident
     * copies the run is {@code staged}.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory; then the network has no copies on the device
     */
    NetworkLease<M> open(int network, Plan plan) {
        List<PartWeights<M>> parts = networks.get(network);
        return switch (plan) {
            case RESIDENT -> resident(network, parts);
            case STAGED -> new Staged<>(parts);
            case STREAMED -> new Streamed<>(parts);
            case HOST -> new OnHost<>(parts);
        };
    }

    private NetworkLease<M> resident(int network, List<PartWeights<M>> parts) {
        synchronized (lock) {
            if (resident.isEmpty() || dropWhenUnused) {
                return new Staged<>(parts);
            }
            residentLeases++;
            int first =
                    networks.subList(0, network).stream().mapToInt(List::size).sum();
            List<M> copies = resident.subList(first, first + parts.size()).stream()
                    .map(DeviceCopy::model)
                    .toList();
            return new UsingResident(copies);
        }
    }

    @Override
    public void close() {
        dropResident();
    }

    private record DeviceCopy<M>(PartWeights<M> weights, M model) {
        void free() {
            weights.free(model);
        }
    }

    private final class UsingResident implements NetworkLease<M> {
        private final List<M> copies;
        private boolean closed;

        UsingResident(List<M> copies) {
            this.copies = copies;
        }

        @Override
        public boolean onDevice() {
            return true;
        }

        @Override
        public <R> R withPart(int index, Function<M, R> use) {
            return use.apply(copies.get(index));
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (!closed) {
                    closed = true;
                    residentLeases--;
                    dropIfUnused();
                }
            }
        }
    }

    private static final class Staged<M> implements NetworkLease<M> {
        private final List<DeviceCopy<M>> copies = new ArrayList<>();

        Staged(List<PartWeights<M>> parts) {
            try {
                for (PartWeights<M> part : parts) {
                    copies.add(new DeviceCopy<>(part, part.copyToDevice()));
                }
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public boolean onDevice() {
            return true;
        }

        @Override
        public <R> R withPart(int index, Function<M, R> use) {
            return use.apply(copies.get(index).model());
        }

        @Override
        public void close() {
            copies.forEach(DeviceCopy::free);
            copies.clear();
        }
    }

    private record Streamed<M>(List<PartWeights<M>> parts) implements NetworkLease<M> {
        @Override
        public boolean onDevice() {
            return true;
        }

        @Override
        public <R> R withPart(int index, Function<M, R> use) {
            PartWeights<M> part = parts.get(index);
            M copy = part.copyToDevice();
            try {
                return use.apply(copy);
            } finally {
                part.free(copy);
            }
        }

        @Override
        public void close() {}
    }

    private record OnHost<M>(List<PartWeights<M>> parts) implements NetworkLease<M> {
        @Override
        public boolean onDevice() {
            return false;
        }

        @Override
        public <R> R withPart(int index, Function<M, R> use) {
            PartWeights<M> part = parts.get(index);
            try {
                return use.apply(part.onHost());
            } finally {
                part.releasePages();
            }
        }

        @Override
        public void close() {}
    }
}
