package dev.facefuse.engine.memory;

import static dev.facefuse.engine.memory.SimulatedMemory.MEBIBYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.memory.Footprint.Role;
import dev.facefuse.engine.memory.SimulatedNetworks.Module;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryGovernorTest {
    private static final int GENERATOR = 0;
    private static final int ENHANCER = 1;

    /** 260 MiB resident, 180 staged, 60 streamed. */
    private static final List<Role> ROLES = List.of(
            SimulatedNetworks.role("generator", 4, 40 * MEBIBYTE, 20 * MEBIBYTE),
            SimulatedNetworks.role("enhancer", 2, 40 * MEBIBYTE, 20 * MEBIBYTE));

    private static final MemorySettings SETTINGS =
            MemorySettings.DEFAULT.withFastest(Plan.RESIDENT).with(16 * MEBIBYTE, CacheTrimPolicy.NEVER);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicBoolean hostFails = new AtomicBoolean();

    private SimulatedMemory memory = new SimulatedMemory(1024 * MEBIBYTE);
    private SimulatedNetworks networks = new SimulatedNetworks(memory, ROLES, hostFails::get);

    private MemoryGovernor<Module> governor(SimulatedMemory device, MemorySettings settings) {
        memory = device;
        networks = new SimulatedNetworks(device, ROLES, hostFails::get);
        return new MemoryGovernor<>(device, networks.networks(), settings, 1, clock::get);
    }

    private Plan fuse(MemoryGovernor<Module> governor) {
        try (MemoryGovernor<Module>.Session session = governor.begin()) {
            networks.run(governor, GENERATOR);
            session.stageDone("generate");
            networks.run(governor, ENHANCER);
            session.stageDone("enhance");
            return session.decision().plan();
        }
    }

    @Test
    void residentWeightsRemainBetweenFusions() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS)) {
            assertThat(memory.allocated()).isZero();
            assertThat(fuse(governor)).isEqualTo(Plan.RESIDENT);
            assertThat(memory.allocated()).isEqualTo(240 * MEBIBYTE);
            assertThat(memory.peak()).isEqualTo(260 * MEBIBYTE);
            assertThat(fuse(governor)).isEqualTo(Plan.RESIDENT);
            assertThat(memory.allocated()).isEqualTo(240 * MEBIBYTE);
        }
        assertThat(memory.allocated()).isZero();
    }

    @Test
    void stagedWeightsAreFreedAfterTheirNetwork() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(224 * MEBIBYTE), SETTINGS)) {
            assertThat(fuse(governor)).isEqualTo(Plan.STAGED);
            assertThat(memory.allocated()).isZero();
            assertThat(memory.peak()).isEqualTo(180 * MEBIBYTE);
        }
    }

    @Test
    void streamedWeightsAreFreedAfterTheirPart() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(112 * MEBIBYTE), SETTINGS)) {
            assertThat(fuse(governor)).isEqualTo(Plan.STREAMED);
            assertThat(memory.allocated()).isZero();
            assertThat(memory.peak()).isEqualTo(60 * MEBIBYTE);
        }
    }

    @Test
    void peaksEqualTheFootprint() {
        for (Plan plan : List.of(Plan.RESIDENT, Plan.STAGED, Plan.STREAMED)) {
            MemorySettings settings = MemorySettings.DEFAULT.withFastest(plan).with(0, CacheTrimPolicy.NEVER);
            try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), settings)) {
                assertThat(fuse(governor)).isEqualTo(plan);
                assertThat(memory.peak()).isEqualTo(governor.footprint().bytes(plan));
            }
        }
    }

    @Test
    void freesResidentWeightsIfAnotherProcessUsesTheDevice() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS)) {
            fuse(governor);
            memory.setUsedByOthers(824 * MEBIBYTE);
            assertThat(fuse(governor)).isEqualTo(Plan.STAGED);
            assertThat(memory.allocated()).isZero();
            memory.setUsedByOthers(0);
            assertThat(fuse(governor)).isEqualTo(Plan.RESIDENT);
            assertThat(governor.counts().drifts()).isZero();
        }
    }

    @Test
    void degradesIfMemoryRunsOut() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS)) {
            try (MemoryGovernor<Module>.Session session = governor.begin()) {
                memory.setUsedByOthers(775 * MEBIBYTE); // The plan has been chosen; now only 9 MiB are free.
                assertThat(networks.run(governor, GENERATOR)).containsOnly("device");
                assertThat(session.decision().plan()).isEqualTo(Plan.STAGED);
                assertThat(session.decision().why()).isEqualTo("memory ran out at resident: staged");
                assertThat(session.degraded()).isTrue();
            }
            assertThat(memory.allocated()).isZero();
            assertThat(governor.counts().outOfMemory()).isEqualTo(1);
        }
    }

    @Test
    void usesTheHostIfTheDeviceHasNoMemory() {
        SimulatedMemory unusable = new SimulatedMemory(1024 * MEBIBYTE, n -> true);
        try (MemoryGovernor<Module> governor = governor(unusable, SETTINGS);
                MemoryGovernor<Module>.Session session = governor.begin()) {
            assertThat(networks.run(governor, GENERATOR)).containsOnly("host");
            assertThat(session.decision().plan()).isEqualTo(Plan.HOST);
        }
    }

    @Test
    void releasesPagesOfHostPartsAfterTheyRanOrFailed() {
        SimulatedMemory unusable = new SimulatedMemory(1024 * MEBIBYTE, n -> true);
        try (MemoryGovernor<Module> governor = governor(unusable, SETTINGS);
                MemoryGovernor<Module>.Session session = governor.begin()) {
            int parts = networks.run(governor, GENERATOR).size();
            assertThat(networks.pageReleases()).isEqualTo(parts);
            hostFails.set(true);
            assertThatThrownBy(() -> networks.run(governor, GENERATOR)).isInstanceOf(FuseException.class);
            assertThat(networks.pageReleases()).isEqualTo(parts + 1);
            assertThat(session.decision().plan()).isEqualTo(Plan.HOST);
        }
    }

    @Test
    void reportsOutOfMemoryIfTheHostHasNoneEither() {
        hostFails.set(true);
        SimulatedMemory unusable = new SimulatedMemory(1024 * MEBIBYTE, n -> true);
        try (MemoryGovernor<Module> governor = governor(unusable, SETTINGS)) {
            assertThatThrownBy(() -> fuse(governor))
                    .isInstanceOfSatisfying(
                            FuseException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining("neither on the device nor on the host");
            hostFails.set(false);
            assertThat(fuse(governor)).isEqualTo(Plan.HOST);
        }
    }

    @Test
    void returnsToAFasterPlanAfterTheHold() {
        SimulatedMemory failing = new SimulatedMemory(1024 * MEBIBYTE, n -> n == 1);
        try (MemoryGovernor<Module> governor = governor(failing, SETTINGS)) {
            assertThat(fuse(governor)).isEqualTo(Plan.STAGED);
            assertThat(fuse(governor)).isEqualTo(Plan.STAGED);
            assertThat(governor.forecast().why()).isEqualTo("memory ran out lately: staged");
            clock.addAndGet(PlanBackoff.FIRST_HOLD.toNanos());
            assertThat(governor.forecast().plan()).isEqualTo(Plan.RESIDENT);
            assertThat(fuse(governor)).isEqualTo(Plan.RESIDENT);
        }
    }

    @Test
    void reportsDegradedIfTheWeightsDoNotFit() {
        SimulatedMemory failing = new SimulatedMemory(1024 * MEBIBYTE, n -> n == 3);
        try (MemoryGovernor<Module> governor = governor(failing, SETTINGS);
                MemoryGovernor<Module>.Session session = governor.begin()) {
            assertThat(session.decision().why()).isEqualTo("memory ran out at resident: staged");
            assertThat(session.degraded()).isTrue();
            assertThat(memory.allocated()).isZero();
        }
    }

    @Test
    void aForecastChangesNothing() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS)) {
            assertThat(governor.forecast().plan()).isEqualTo(Plan.RESIDENT);
            assertThat(memory.allocated()).isZero();
            assertThat(governor.counts().stays()).isZero();
        }
    }

    @Test
    void reportsALeakOfAStage() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS)) {
            fuse(governor);
            try (MemoryGovernor<Module>.Session session = governor.begin()) {
                memory.allocate(3 * MEBIBYTE); // Never freed.
                session.stageDone("leaky");
            }
            assertThat(governor.counts().drifts()).isEqualTo(1);
            assertThat(governor.counts().driftBytes()).isEqualTo(3 * MEBIBYTE);
            fuse(governor);
            assertThat(governor.counts().drifts()).as("reported once").isEqualTo(1);
        }
    }

    @Test
    void propagatesOtherErrors() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS);
                MemoryGovernor<Module>.Session session = governor.begin()) {
            assertThatThrownBy(() -> governor.run(GENERATOR, lease -> {
                        throw new IllegalArgumentException("no such shape");
                    }))
                    .hasMessage("no such shape");
            assertThat(session.degraded()).isFalse();
        }
    }

    @Test
    void emptiesTheCacheByPolicy() {
        assertThat(trimsAfterThreeFusions(CacheTrimPolicy.ALWAYS, 0)).isEqualTo(3);
        assertThat(trimsAfterThreeFusions(CacheTrimPolicy.NEVER, 700)).isZero();
        assertThat(trimsAfterThreeFusions(CacheTrimPolicy.PRESSURE, 0)).isZero();
        assertThat(trimsAfterThreeFusions(CacheTrimPolicy.PRESSURE, 860))
                .as("less free than the reserve")
                .isPositive();
    }

    private long trimsAfterThreeFusions(CacheTrimPolicy cleaning, long othersMebibytes) {
        MemorySettings settings =
                MemorySettings.DEFAULT.withFastest(Plan.STREAMED).with(100 * MEBIBYTE, cleaning);
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), settings)) {
            memory.setUsedByOthers(othersMebibytes * MEBIBYTE);
            for (int i = 0; i < 3; i++) {
                fuse(governor);
            }
            return governor.counts().cleanings();
        }
    }

    @Test
    void freesResidentWeightsAfterTheLastRunThatUsesThem() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS);
                MemoryGovernor<Module>.Session one = governor.begin();
                MemoryGovernor<Module>.Session other = governor.begin()) {
            governor.run(GENERATOR, lease -> {
                AtomicBoolean first = new AtomicBoolean(true);
                governor.run(
                        ENHANCER,
                        inner -> { // A run of the other fusion, whose memory runs out.
                            if (first.getAndSet(false)) {
                                throw NativeException.outOfMemory("Simulated");
                            }
                            return lease.onDevice();
                        });
                assertThat(memory.allocated()).as("still in use").isGreaterThanOrEqualTo(240 * MEBIBYTE);
                return lease.withPart(0, module -> "ran");
            });
            assertThat(memory.allocated()).isZero();
            assertThat(one.degraded()).isTrue();
            assertThat(other.degraded()).isTrue();
        }
    }

    /** The weights do not fit when the second fusion begins. The first one continues unchanged. */
    @Test
    void degradingANewFusionDoesNotAffectRunningOnes() {
        SimulatedMemory failing = new SimulatedMemory(1024 * MEBIBYTE, n -> n == 1 + 5 + 5);
        failing.setUsedByOthers(824 * MEBIBYTE);
        try (MemoryGovernor<Module> governor = governor(failing, SETTINGS);
                MemoryGovernor<Module>.Session running = governor.begin()) {
            assertThat(running.decision().plan()).isEqualTo(Plan.STAGED);
            memory.free(memory.allocate(MEBIBYTE)); // The cache now has memory that emptying it would free.
            memory.setUsedByOthers(0);
            long emptied = memory.emptied();
            long cached = memory.reserved();

            try (MemoryGovernor<Module>.Session beginning = governor.begin()) {
                assertThat(beginning.decision().why()).isEqualTo("memory ran out at resident: staged");
                assertThat(beginning.degraded()).isTrue();
            }

            assertThat(memory.emptied()).isEqualTo(emptied);
            assertThat(memory.reserved()).isGreaterThanOrEqualTo(cached);
            assertThat(running.degraded()).isFalse();
        }
    }

    /** Memory runs out again in a run that began before the plan was lowered. This does not degrade later fusions. */
    @Test
    void aFusionThatBeganUnderTheSlowerPlanIsNotDegraded() {
        try (MemoryGovernor<Module> governor = governor(new SimulatedMemory(1024 * MEBIBYTE), SETTINGS);
                MemoryGovernor<Module>.Session early = governor.begin()) {
            List<MemoryGovernor<Module>.Session> later = new ArrayList<>();
            governor.run(GENERATOR, lease -> {
                if (later.isEmpty()) {
                    runOutOnce(governor);
                    later.add(governor.begin());
                    throw NativeException.outOfMemory("Simulated");
                }
                return "ran";
            });
            assertThat(early.degraded()).isTrue();
            assertThat(later.get(0).decision().plan()).isEqualTo(Plan.STAGED);
            assertThat(later.get(0).degraded()).isFalse();
            later.get(0).close();
        }
    }

    private static void runOutOnce(MemoryGovernor<Module> governor) {
        AtomicBoolean first = new AtomicBoolean(true);
        governor.run(ENHANCER, lease -> {
            if (first.getAndSet(false)) {
                throw NativeException.outOfMemory("Simulated");
            }
            return "ran";
        });
    }

    @Test
    void aFusionThatFailsToBeginDoesNotCountAsRunning() {
        SimulatedMemory failing = new SimulatedMemory(1024 * MEBIBYTE, n -> {
            if (n == 1) {
                throw new IllegalStateException("the driver is gone");
            }
            return false;
        });
        MemorySettings settings = MemorySettings.DEFAULT.with(0, CacheTrimPolicy.ALWAYS);
        try (MemoryGovernor<Module> governor = governor(failing, settings)) {
            assertThatThrownBy(governor::begin).hasMessage("the driver is gone");
            fuse(governor);
            assertThat(governor.counts().stays()).isEqualTo(1);
            assertThat(governor.counts().cleanings()).as("it was alone").isEqualTo(1);
        }
    }

    @Test
    void countsAndForecastDoNotWaitWhileWeightsAreCopied() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayContinue = new CountDownLatch(1);
        SimulatedMemory slow = new SimulatedMemory(1024 * MEBIBYTE, n -> {
            loading.countDown();
            await(mayContinue);
            return false;
        });
        try (MemoryGovernor<Module> governor = governor(slow, SETTINGS)) {
            CompletableFuture<Plan> fusion = CompletableFuture.supplyAsync(() -> fuse(governor));
            await(loading);

            assertThat(governor.counts().stays()).isZero();
            assertThat(governor.forecastNow().plan()).isEqualTo(Plan.RESIDENT);
            assertThat(fusion).isNotDone();

            mayContinue.countDown();
            assertThat(fusion.get(20, TimeUnit.SECONDS)).isEqualTo(Plan.RESIDENT);
            assertThat(governor.counts().stays()).isEqualTo(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
