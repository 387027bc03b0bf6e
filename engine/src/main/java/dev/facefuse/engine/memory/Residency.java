package dev.facefuse.engine.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Where a pack's weights are: on the host for good, on the device as long as a plan says. A network runs in a {@link Turn},
 * which brings what it needs to the device and takes it away again; resident copies stay until {@link #dropResident()}.
 *
 * @param <M> a part of a network, ready to run
 */
final class Residency<M> implements AutoCloseable {
    private final List<List<Weights<M>>> networks;
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<Resident<M>> resident = new ArrayList<>();
    private int residentTurns;
    private boolean dropWhenFree;

    /** Over networks, each a list of parts in their order. */
    Residency(List<List<Weights<M>>> networks) {
        this.networks = networks.stream().map(List::copyOf).toList();
    }

    /** Whether weights are on the device to stay, or until the last turn that uses them ends. */
    boolean isResident() {
        synchronized (lock) {
            return !resident.isEmpty();
        }
    }

    /**
     * Brings all weights to the device, to stay.
     *
     * @return whether they had to be brought
     * @throws dev.facefuse.nativelib.NativeException out of memory: then none of them is there
     */
    boolean makeResident() {
        synchronized (lock) {
            dropWhenFree = false;
            if (!resident.isEmpty()) {
                return false;
            }
            try {
                for (List<Weights<M>> parts : networks) {
                    for (Weights<M> part : parts) {
                        resident.add(new Resident<>(part, part.copyToDevice()));
                    }
                }
            } catch (RuntimeException e) {
                dropNow();
                throw e;
            }
            return true;
        }
    }

    /** Frees resident weights: at once, or when the last turn that uses them ends. */
    void dropResident() {
        synchronized (lock) {
            dropWhenFree = true;
            dropIfFree();
        }
    }

    private void dropIfFree() {
        if (dropWhenFree && residentTurns == 0) {
            dropNow();
        }
    }

    private void dropNow() {
        resident.forEach(Resident::drop);
        resident.clear();
        dropWhenFree = false;
    }

    /**
     * A network's turn under a plan. {@code resident} needs {@link #makeResident()} before; without it the turn is
     * {@code staged}.
     *
     * @throws dev.facefuse.nativelib.NativeException out of memory: then nothing stays on the device
     */
    Turn<M> open(int network, Plan plan) {
        List<Weights<M>> parts = networks.get(network);
        return switch (plan) {
            case RESIDENT -> resident(network, parts);
            case STAGED -> new Staged<>(parts);
            case STREAMED -> new Streamed<>(parts);
            case HOST -> new OnHost<>(parts);
        };
    }

    private Turn<M> resident(int network, List<Weights<M>> parts) {
        synchronized (lock) {
            if (resident.isEmpty() || dropWhenFree) {
                return new Staged<>(parts);
            }
            residentTurns++;
            int first =
                    networks.subList(0, network).stream().mapToInt(List::size).sum();
            List<M> copies = resident.subList(first, first + parts.size()).stream()
                    .map(Resident::copy)
                    .toList();
            return new ResidentTurn(copies);
        }
    }

    @Override
    public void close() {
        dropResident();
    }

    private record Resident<M>(Weights<M> weights, M copy) {
        void drop() {
            weights.drop(copy);
        }
    }

    private final class ResidentTurn implements Turn<M> {
        private final List<M> copies;
        private boolean closed;

        ResidentTurn(List<M> copies) {
            this.copies = copies;
        }

        @Override
        public boolean onDevice() {
            return true;
        }

        @Override
        public <R> R part(int index, Function<M, R> use) {
            return use.apply(copies.get(index));
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (!closed) {
                    closed = true;
                    residentTurns--;
                    dropIfFree();
                }
            }
        }
    }

    private static final class Staged<M> implements Turn<M> {
        private final List<Resident<M>> copies = new ArrayList<>();

        Staged(List<Weights<M>> parts) {
            try {
                for (Weights<M> part : parts) {
                    copies.add(new Resident<>(part, part.copyToDevice()));
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
        public <R> R part(int index, Function<M, R> use) {
            return use.apply(copies.get(index).copy());
        }

        @Override
        public void close() {
            copies.forEach(Resident::drop);
            copies.clear();
        }
    }

    private static final class Streamed<M> implements Turn<M> {
        private final List<Weights<M>> parts;

        Streamed(List<Weights<M>> parts) {
            this.parts = parts;
        }

        @Override
        public boolean onDevice() {
            return true;
        }

        @Override
        public <R> R part(int index, Function<M, R> use) {
            Weights<M> part = parts.get(index);
            M copy = part.copyToDevice();
            try {
                return use.apply(copy);
            } finally {
                part.drop(copy);
            }
        }

        @Override
        public void close() {}
    }

    private static final class OnHost<M> implements Turn<M> {
        private final List<Weights<M>> parts;

        OnHost(List<Weights<M>> parts) {
            this.parts = parts;
        }

        @Override
        public boolean onDevice() {
            return false;
        }

        @Override
        public <R> R part(int index, Function<M, R> use) {
            Weights<M> part = parts.get(index);
            try {
                return use.apply(part.onHost());
            } finally {
                part.rest();
            }
        }

        @Override
        public void close() {}
    }
}
