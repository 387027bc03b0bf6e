package dev.facefuse.engine.memory;

import static dev.facefuse.engine.memory.SimulatedMemory.MEBIBYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.facefuse.engine.memory.Footprint.Role;
import dev.facefuse.engine.memory.SimulatedNetworks.Module;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests random failures on devices of all sizes: every fusion must succeed or fail with {@code out-of-memory}, and must free its memory.
 * The random numbers are seeded, so that a failure can be repeated. {@code -Dfacefuse.patterns=1000} runs more of them.
 */
class MemoryGovernorPropertyTest {
    private static final long STEP = 64 * MEBIBYTE;
    private static final long MAX_CAPACITY = 4096 * MEBIBYTE;
    private static final int PATTERNS = Integer.getInteger("facefuse.patterns", 20);
    private static final int FUSIONS = 6;
    private static final List<CacheTrimPolicy> CLEANINGS = List.of(CacheTrimPolicy.values());

    /** Networks of the sizes of the UNet networks in fp16, and two small ones. */
    private static final List<Role> ROLES = List.of(
            new Role("detector", 1, List.of(new Footprint.Part(544_192, 5_505_024))),
            new Role("mesh", 8, List.of(new Footprint.Part(2_426_420, 2_211_840))),
            SimulatedNetworks.role("identity", 2, 65 * MEBIBYTE, 9 * MEBIBYTE),
            SimulatedNetworks.role("generator", 6, 70 * MEBIBYTE, 40 * MEBIBYTE),
            SimulatedNetworks.role("enhancer", 5, 28 * MEBIBYTE, 110 * MEBIBYTE));

    static List<Long> capacities() {
        return LongStream.rangeClosed(1, MAX_CAPACITY / STEP)
                .mapToObj(n -> n * STEP)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("capacities")
    void everyFusionSucceedsOrIsRejectedAndFreesItsMemory(long capacity) {
        for (int seed = 0; seed < PATTERNS; seed++) {
            try {
                fuseUnder(capacity, new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                fail("With " + capacity + " bytes and seed " + seed, e);
            }
        }
    }

    private static void fuseUnder(long capacity, Random random) {
        double failures = random.nextBoolean() ? 0 : Math.pow(10, -3 * random.nextDouble());
        double hostFailures = random.nextInt(4) == 0 ? 0.02 : 0;
        SimulatedMemory memory = new SimulatedMemory(capacity, n -> random.nextDouble() < failures);
        SimulatedNetworks networks = new SimulatedNetworks(memory, ROLES, () -> random.nextDouble() < hostFailures);
        CacheTrimPolicy cleaning = CLEANINGS.get(random.nextInt(CLEANINGS.size()));
        MemorySettings settings =
                MemorySettings.DEFAULT.withFastest(Plan.RESIDENT).with(16 * MEBIBYTE, cleaning);
        AtomicLong clock = new AtomicLong();
        try (MemoryGovernor<Module> governor =
                new MemoryGovernor<>(memory, networks.networks(), settings, 1, clock::get)) {
            for (int i = 0; i < FUSIONS; i++) {
                clock.addAndGet(
                        random.nextLong(PlanBackoff.FIRST_HOLD.multipliedBy(3).toNanos()));
                memory.setUsedByOthers(random.nextInt(3) == 0 ? random.nextLong(capacity) : 0);
                fuse(governor, networks, memory);
            }
            assertThat(governor.counts().drifts()).isZero();
            assertThat(governor.counts().stays()).isEqualTo(FUSIONS);
            assertThat(governor.counts().outOfMemory())
                    .isLessThanOrEqualTo(memory.counters().outOfMemory());
        }
        assertThat(memory.allocated()).as("allocated when closed").isZero();
        memory.emptyCache();
        assertThat(memory.reserved()).as("reserved when closed and cleaned").isZero();
    }

    private static void fuse(MemoryGovernor<Module> governor, SimulatedNetworks networks, SimulatedMemory memory) {
        long weights;
        try (MemoryGovernor<Module>.Session session = governor.begin()) {
            weights = memory.allocated();
            assertThat(weights > 0).isEqualTo(session.decision().plan() == Plan.RESIDENT);
            for (int network = 0; network < ROLES.size(); network++) {
                List<String> devices = networks.run(governor, network);
                boolean onHost = session.decision().plan() == Plan.HOST;
                assertThat(devices)
                        .isEqualTo(
                                Collections.nCopies(ROLES.get(network).parts().size(), onHost ? "host" : "device"));
                session.stageDone(ROLES.get(network).name());
            }
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
            assertThat(memory.allocated()).as("allocated after a refusal").isZero();
            return;
        }
        assertThat(memory.allocated()).as("allocated after a fusion").isIn(0L, weights);
    }
}
