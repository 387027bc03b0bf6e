package dev.facefuse.engine.memory;

import dev.facefuse.engine.memory.MemoryPlanner.Decision;
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
 * Runs networks within the device's memory. Before each fusion it chooses a plan. If memory runs out in spite of the plan, it degrades
 * to the next slower plan and tries again. After each fusion it checks that nothing remains allocated on the device.
 *
 * <pre>{@code
 * try (MemoryGovernor<ScriptModel>.Session session = governor.begin()) {
 *     governor.run(ENHANCER, lease -> lease.withPart(0, model -> ...)); // any number of times
 *     session.stageDone("enhance");
 * }
 * }</pre>
 *
 * <p>Safe from several threads at once. All fusions share one plan. It is chosen when a fusion begins, and lowered at once if memory
 * runs out for any fusion.
 *
 * @param <M> a part of a network that is ready to run
 */
public final class MemoryGovernor<M> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MemoryGovernor.class.getName());

    private final DeviceMemory memory;
    private final MemorySettings settings;
    private final LongSupplier nanoTime;
    private final Footprint footprint;
    private final MemoryPlanner planner;
    private final WeightCache<M> weightCache;
    private final LeakDetector leakDetector;
    /** Held for seconds while weights are copied to the device, so methods that must return immediately do not take it. */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final PlanBackoff backoff = new PlanBackoff();
    private final Set<Session> running = new HashSet<>();
    private long residentBytes;
    private long finished;
    private long degradations;
    private long cacheTrims;

    // Written under lock, read without it.
    private volatile Decision decision;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);

    /**
     * A network that a governor runs.
     *
     * @param footprint the memory that it needs
     * @param parts the weights of its parts, as many as {@code footprint} has and in the same order
     */
    public record GovernedNetwork<M>(Footprint.Role footprint, List<? extends PartWeights<M>> parts) {
        public GovernedNetwork {
            parts = List.copyOf(parts);
            if (parts.size() != footprint.parts().size()) {
                throw new IllegalArgumentException(footprint.name() + " has other parts than its footprint");
            }
        }
    }

    /** Code that runs one network. It may be started several times, under different plans. */
    public interface Work<M, R> {
        R run(NetworkLease<M> lease);
    }

    /**
     * Statistics since this governor was created.
     *
     * @param stays the number of fusions that have finished or failed
     * @param outOfMemory the number of times that memory ran out on the device in spite of the plan
     * @param drifts the number of fusions after which the allocated memory was not what it was before; each is a bug
     * @param driftBytes the total size of these differences
     * @param cleanings the number of times that the cache was emptied after a fusion
     */
    public record Counts(long stays, long outOfMemory, long drifts, long driftBytes, long cleanings) {}

    /**
     * Creates a governor for networks whose weights are on the host.
     *
     * @param memory the memory of the device on which the networks run
     * @param atATime the maximum number of concurrent fusions
     */
    public MemoryGovernor(
            DeviceMemory memory, List<GovernedNetwork<M>> networks, MemorySettings settings, int atATime) {
        this(memory, networks, settings, atATime, System::nanoTime);
    }

    MemoryGovernor(
            DeviceMemory memory,
            List<GovernedNetwork<M>> networks,
            MemorySettings settings,
            int atATime,
            LongSupplier nanoTime) {
        this.memory = memory;
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.footprint =
                new Footprint(networks.stream().map(GovernedNetwork::footprint).toList(), atATime);
        this.planner = new MemoryPlanner(footprint);
        this.weightCache = new WeightCache<>(networks.stream()
                .<List<PartWeights<M>>>map(network -> List.copyOf(network.parts()))
                .toList());
        this.leakDetector = new LeakDetector(memory);
        this.decision = planner.decide(settings.fastest(), available());
    }

    /** The memory that the networks need under each plan. */
    public Footprint footprint() {
        return footprint;
    }

    /** The plan of a fusion that would begin now. */
    public Decision forecast() {
        lock.lock();
        try {
            return decide();
        } finally {
            lock.unlock();
        }
    }

    /** Like {@link #forecast()}, but never waits: while a fusion begins or ends, returns the current plan. */
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

    /** Begins a fusion: chooses the plan, and copies all weights to the device if the plan is {@code resident}. */
    public Session begin() {
        lock.lock();
        try {
            Session session = new Session();
            running.add(session);
            try {
                decision = decide();
                while (!applyPlan(decision.plan())) {
                    degrade(decision.plan(), Set.of(session)); // Running fusions are not affected.
                }
                return session;
            } catch (RuntimeException | Error e) {
                running.remove(session);
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private Decision decide() {
        Plan allowed = backoff.fastestAllowed(now());
        Decision planned = planner.decide(Plan.slowerOf(settings.fastest(), allowed), available());
        return planned.plan() == allowed && allowed.isSlowerThan(settings.fastest())
                ? new Decision(allowed, planned.needBytes(), "memory ran out lately: " + allowed.label())
                : planned;
    }

    private long available() {
        long cached = Math.max(0, memory.reserved() - memory.allocated());
        return memory.free() + cached + currentResidentBytes() - settings.reserveBytes();
    }

    private long currentResidentBytes() {
        return weightCache.isResident() ? residentBytes : 0;
    }

    /** Creates or frees resident copies of the weights. Returns false if memory ran out. */
    private boolean applyPlan(Plan plan) {
        if (plan != Plan.RESIDENT) {
            if (weightCache.isResident()) {
                weightCache.dropResident();
                if (running.size() <= 1) {
                    memory.emptyCache();
                }
            }
            return true;
        }
        try {
            long before = memory.allocated();
            if (weightCache.makeResident()) {
                residentBytes = memory.allocated() - before;
                if (running.size() > 1) {
                    leakDetector.resetBaseline(); // residentBytes may include allocations of other fusions.
                }
            }
            return true;
        } catch (NativeException e) {
            requireOutOfMemory(e);
            return false;
        }
    }

    /** @param affected the fusions that run slower because of this */
    private void degrade(Plan failed, Set<Session> affected) {
        degradations++;
        if (!decision.plan().isSlowerThan(failed)) {
            Plan slower = backoff.degrade(failed, now());
            decision = new Decision(
                    slower, footprint.bytes(slower), "memory ran out at " + failed.label() + ": " + slower.label());
            weightCache.dropResident();
            affected.forEach(session -> session.degraded = true);
        }
        if (running.size()
                <= 1) { // Otherwise a library's workspace may be in use. The allocator frees its cache by itself.
            memory.emptyCache();
        }
        publishCounts();
    }

    private void publishCounts() {
        counts = new Counts(finished, degradations, leakDetector.count(), leakDetector.bytes(), cacheTrims);
    }

    /**
     * Runs a network under the plan. If memory runs out, frees the weights, degrades the plan and runs {@code work} again from its start.
     *
     * @param network the index of the network in the list that was given to the constructor
     * @throws FuseException {@code out-of-memory} if it does not fit the host either
     */
    public <R> R run(int network, Work<M, R> work) {
        Plan plan = decision.plan();
        while (true) {
            try (NetworkLease<M> lease = weightCache.open(network, plan)) {
                return work.run(lease);
            } catch (NativeException e) {
                requireOutOfMemory(e);
                plan = nextPlan(plan, e);
            }
        }
    }

    private Plan nextPlan(Plan failed, NativeException reason) {
        if (failed == Plan.HOST) {
            throw new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "There is not enough memory for this fusion, neither on the device nor on the host; send smaller"
                            + " pictures, ask for a smaller resolution or free memory.",
                    reason);
        }
        lock.lock();
        try {
            degrade(failed, running);
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

    /** The statistics. Never waits. */
    public Counts counts() {
        return counts;
    }

    /** Frees the weights on the device. The weights on the host belong to the caller. */
    @Override
    public void close() {
        weightCache.close();
    }

    /** One fusion's use of the device, from choosing the plan to the check for leaks. */
    public final class Session implements AutoCloseable {
        private volatile boolean degraded;

        // Guarded by lock.
        private @Nullable String leakingStage;

        private Session() {}

        /** The current plan, which may be slower than at the beginning. */
        public Decision decision() {
            return decision;
        }

        /** Whether a slower plan replaced the first one because memory ran out for this or a concurrent fusion. */
        public boolean degraded() {
            return degraded;
        }

        /** Remembers the first stage that may have leaked memory on the device, for the message if {@link #close()} finds a leak. */
        public void stageDone(String name) {
            lock.lock();
            try {
                if (leakingStage == null
                        && running.size() == 1
                        && leakDetector.leakedNow(currentResidentBytes()) != 0) {
                    leakingStage = name;
                }
            } finally {
                lock.unlock();
            }
        }

        /** Ends the fusion. After the last of concurrent fusions, checks for leaks and empties the cache if the settings require it. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!running.remove(this)) {
                    return;
                }
                finished++;
                if (!degraded) {
                    backoff.recordSuccess(decision.plan());
                }
                if (running.isEmpty()) {
                    leakDetector.check(
                            currentResidentBytes(), leakingStage == null ? "an unknown stage" : leakingStage);
                    cacheTrims += settings.cleaning().clean(memory, settings.reserveBytes(), finished) ? 1 : 0;
                }
                publishCounts();
            } finally {
                lock.unlock();
            }
        }
    }
}
