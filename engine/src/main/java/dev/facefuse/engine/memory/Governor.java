package dev.facefuse.engine.memory;

import dev.facefuse.engine.memory.Planner.Decision;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.NativeException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pack's networks in the memory there is: plans before each fusion, steps down and tries again when memory runs out in
 * spite of the plan, and sees to it that a fusion leaves the device as it found it.
 *
 * <pre>{@code
 * try (Governor<ScriptModel>.Stay stay = governor.begin()) {
 *     governor.run(ENHANCER, turn -> turn.part(0, model -> ...)); // as often as it takes
 *     stay.stageDone("enhance");
 * }
 * }</pre>
 *
 * <p>Safe from several threads at once. All fusions share one plan: it is chosen when a fusion begins and lowered at once when
 * memory runs out for any of them.
 *
 * @param <M> a part of a network, ready to run
 */
public final class Governor<M> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Governor.class.getName());

    private final DeviceMemory memory;
    private final MemorySettings settings;
    private final LongSupplier nanoTime;
    private final Footprint footprint;
    private final Planner planner;
    private final Residency<M> residency;
    private final Drift drift;
    /** Held while weights are copied to the device, which takes seconds: nothing that must answer at once takes it. */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Ladder ladder = new Ladder();
    private final Set<Stay> running = new HashSet<>();
    private long residentBytes;
    private long stays;
    private long falls;
    private long cleanings;

    // Written under lock, read anywhere.
    private volatile Decision decision;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);

    /**
     * A network, in bytes and in fact.
     *
     * @param parts as many, and in the same order, as in {@code footprint}
     */
    public record Network<M>(Footprint.Role footprint, List<? extends Weights<M>> parts) {
        public Network {
            parts = List.copyOf(parts);
            if (parts.size() != footprint.parts().size()) {
                throw new IllegalArgumentException(footprint.name() + " has other parts than its footprint");
            }
        }
    }

    /** What a device does for {@link Network}s, by their index in a list. */
    public interface Work<M, R> {
        R run(Turn<M> turn);
    }

    /**
     * How a governor has fared since it was made.
     *
     * @param stays fusions that came to their end, well or not
     * @param outOfMemory times that memory ran out on the device in spite of the plan
     * @param drifts fusions after which the device held more or less than before: each is a defect
     * @param driftBytes what was held more after them, in all
     * @param cleanings times that caches were given back
     */
    public record Counts(long stays, long outOfMemory, long drifts, long driftBytes, long cleanings) {}

    /**
     * A governor over networks whose weights are on the host.
     *
     * @param memory of the device the networks run on
     * @param atATime how many fusions may run at a time
     */
    public Governor(DeviceMemory memory, List<Network<M>> networks, MemorySettings settings, int atATime) {
        this(memory, networks, settings, atATime, System::nanoTime);
    }

    Governor(
            DeviceMemory memory,
            List<Network<M>> networks,
            MemorySettings settings,
            int atATime,
            LongSupplier nanoTime) {
        this.memory = memory;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.footprint = new Footprint(networks.stream().map(Network::footprint).toList(), atATime);
        this.planner = new Planner(footprint);
        this.residency = new Residency<>(networks.stream()
                .<List<Weights<M>>>map(n -> List.copyOf(n.parts()))
                .toList());
        this.drift = new Drift(memory);
        this.decision = planner.decide(settings.fastest(), available());
    }

    /** What the networks take, by plan. */
    public Footprint footprint() {
        return footprint;
    }

    /** The plan a fusion would run under that began now, and why. */
    public Decision forecast() {
        lock.lock();
        try {
            return decide();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #forecast()}, without waiting: while a fusion begins or ends, the plan that it has. */
    public Decision forecastNow() {
        if (!lock.tryLock()) {
            return decision;
        }
        try {
            return decide();
        } finally {
            lock.unlock();
        }
    }

    /** Plans a fusion; if all weights are to be on the device, they are there when this returns. */
    public Stay begin() {
        lock.lock();
        try {
            Stay stay = new Stay();
            running.add(stay);
            try {
                decision = decide();
                while (!take(decision.plan())) {
                    fall(decision.plan(), Set.of(stay)); // The others run on as before.
                }
                return stay;
            } catch (RuntimeException | Error e) {
                running.remove(stay);
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private Decision decide() {
        Plan ceiling = ladder.fastest(now());
        Decision planned = planner.decide(Plan.slower(settings.fastest(), ceiling), available());
        return planned.plan() == ceiling && ceiling.isSlowerThan(settings.fastest())
                ? new Decision(ceiling, planned.needBytes(), "memory ran out lately: " + ceiling.label())
                : planned;
    }

    private long available() {
        long cached = Math.max(0, memory.reserved() - memory.allocated());
        return memory.free() + cached + heldBytes() - settings.reserveBytes();
    }

    private long heldBytes() {
        return residency.isResident() ? residentBytes : 0;
    }

    /** Brings the weights to where the plan has them between networks' turns; whether they fit. */
    private boolean take(Plan plan) {
        if (plan != Plan.RESIDENT) {
            if (residency.isResident()) {
                residency.dropResident();
                if (running.size() <= 1) {
                    memory.emptyCache();
                }
            }
            return true;
        }
        try {
            long before = memory.allocated();
            if (residency.makeResident()) {
                residentBytes = memory.allocated() - before;
                if (running.size() > 1) {
                    drift.forget(); // What others allocated meanwhile is in the figure.
                }
            }
            return true;
        } catch (NativeException e) {
            requireOutOfMemory(e);
            return false;
        }
    }

    /** @param lowered the fusions that run slower because of it */
    private void fall(Plan from, Set<Stay> lowered) {
        falls++;
        if (!decision.plan().isSlowerThan(from)) {
            Plan to = ladder.fall(from, now());
            decision = new Decision(to, footprint.bytes(to), "memory ran out at " + from.label() + ": " + to.label());
            residency.dropResident();
            lowered.forEach(stay -> stay.degraded = true);
        }
        if (running.size()
                <= 1) { // Others may be using a library's workspace; the allocator frees its cache by itself.
            memory.emptyCache();
        }
        publishCounts();
    }

    private void publishCounts() {
        counts = new Counts(stays, falls, drift.count(), drift.bytes(), cleanings);
    }

    /**
     * Runs a network under the plan. When memory runs out, frees, steps down and runs it again: {@code work} must be able to
     * start over.
     *
     * @param network its index in the list this governor was made with
     * @throws FuseException {@code out-of-memory} if it does not fit the host either
     */
    public <R> R run(int network, Work<M, R> work) {
        Plan plan = decision.plan();
        while (true) {
            try (Turn<M> turn = residency.open(network, plan)) {
                return work.run(turn);
            } catch (NativeException e) {
                requireOutOfMemory(e);
                plan = stepDown(plan, e);
            }
        }
    }

    private Plan stepDown(Plan from, NativeException reason) {
        if (from == Plan.HOST) {
            throw new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "There is not enough memory for this fusion, neither on the device nor on the host; send smaller"
                            + " pictures, ask for a smaller resolution or free memory.",
                    reason);
        }
        lock.lock();
        try {
            fall(from, running);
            LOG.log(System.Logger.Level.WARNING, "{0} ({1})", decision.why(), reason.getMessage());
            return decision.plan();
        } finally {
            lock.unlock();
        }
    }

    private static void requireOutOfMemory(NativeException e) {
        if (e.kind() != NativeException.Kind.OUT_OF_MEMORY) {
            throw e;
        }
    }

    private long now() {
        return nanoTime.getAsLong();
    }

    /** Never waits. */
    public Counts counts() {
        return counts;
    }

    /** Frees what is on the device; the weights on the host are their owner's. */
    @Override
    public void close() {
        residency.close();
    }

    /** A fusion's stay on the device, from its plan to the check that nothing was left there. */
    public final class Stay implements AutoCloseable {
        private volatile boolean degraded;

        // Guarded by lock.
        private @Nullable String suspect;

        private Stay() {}

        /** The plan this fusion runs under, by now. */
        public Decision decision() {
            return decision;
        }

        /** Whether memory ran out for this fusion, or for others beside it, and a slower plan took over. */
        public boolean degraded() {
            return degraded;
        }

        /** Looks whether a stage left something on the device; a fusion's last word on that is {@link #close()}. */
        public void stageDone(String name) {
            lock.lock();
            try {
                if (suspect == null && running.size() == 1 && drift.now(heldBytes()) != 0) {
                    suspect = name;
                }
            } finally {
                lock.unlock();
            }
        }

        /** Ends the stay: cleans, and logs as an error what is allocated on the device and was not before. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!running.remove(this)) {
                    return;
                }
                stays++;
                if (!degraded) {
                    ladder.succeed(decision.plan());
                }
                if (running.isEmpty()) {
                    drift.check(heldBytes(), suspect == null ? "an unknown stage" : suspect);
                    cleanings += settings.cleaning().clean(memory, settings.reserveBytes(), stays) ? 1 : 0;
                }
                publishCounts();
            } finally {
                lock.unlock();
            }
        }
    }
}
